-- Disables a webhook: whoever has its address starts nothing with it any more. Deleting it would do no more, and nothing
-- could bring it back.
local automation = use "automation"

return primitive {
    name = "automation.disable_webhook",
    summary = "Disables a webhook of an Automation account",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        name = {type = "string", help = "name of the webhook"},
    },
    risk = "contain",
    permissions = {"Microsoft.Automation/automationAccounts/webhooks/read",
        "Microsoft.Automation/automationAccounts/webhooks/write"},
    repeatable = true,
    example = {
        account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
            .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops",
        name = "w-9921",
    },

    target = function(p) return uri("arm:{+account}/webhooks/{name}", p) end,
    state = {properties = {type = "record", fields = {isEnabled = "bool"}}},
    observe = function(p, read) return read:get(automation.url(p.account, "webhooks", p.name)) end,
    plan = function(_, before) return before and {properties = {isEnabled = false}} end,
    apply = function(p, _, desired, write)
        write:patch(automation.url(p.account, "webhooks", p.name), {name = p.name, properties = desired.properties})
    end,
    undo = function(p, before, _, write)
        write:patch(automation.url(p.account, "webhooks", p.name),
            {name = p.name, properties = {isEnabled = before.properties.isEnabled}})
    end,
}
