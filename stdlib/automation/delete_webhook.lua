-- Deletes a webhook. Where it might have to come back, disable it.
local automation = use "automation"

return primitive {
    name = "automation.delete_webhook",
    summary = "Deletes a webhook of an Automation account",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        name = {type = "string", help = "name of the webhook"},
    },
    risk = "destroy",
    permissions = {"Microsoft.Automation/automationAccounts/webhooks/read",
        "Microsoft.Automation/automationAccounts/webhooks/delete"},
    repeatable = true,
    example = {
        account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
            .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops",
        name = "w-9921",
    },

    target = function(p) return automation.url(p.account, "webhooks", p.name) end,
    state = {properties = {type = "record", fields = {
        isEnabled = "bool", expiryTime = "time?",
        runbook = {type = "record", optional = true, fields = {name = "string?"}},
    }}},
    plan = function() return nil end,
    undo = irreversible "the address of a webhook is told once, to whoever makes it: a new one has another",
}
