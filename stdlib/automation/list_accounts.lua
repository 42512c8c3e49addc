-- The Automation accounts of subscriptions: what runs by itself there, with rights of its own.
local denied = use "denied"

return primitive {
    name = "automation.list_accounts",
    summary = "Lists the Automation accounts of subscriptions",
    since = "0.1.0",
    params = {subscriptions = {type = "list", of = "guid", help = "where to look"}},
    returns = {
        accounts = {type = "list", of = {type = "record", fields = {id = "id", name = "string", location = "string?"}}},
        denied = denied.field,
    },
    risk = "read",
    permissions = {"Microsoft.Automation/automationAccounts/read"},
    example = {subscriptions = {"4c37d899-9818-4152-8233-89cea195dbe7"}},

    observe = function(p, read)
        local requests, accounts = {}, list {}
        for _, subscription in ipairs(p.subscriptions) do
            table.insert(requests, {"list", uri("arm:/subscriptions/{s}/providers/Microsoft.Automation/automationAccounts"
                .. "?api-version=2023-11-01", {s = subscription}), denied.ok})
        end
        local answers = #requests > 0 and read:all(requests) or {}
        for i = 1, #requests do
            for _, raw in ipairs(answers[i] or {}) do
                table.insert(accounts, {id = raw.id, name = raw.name, location = raw.location})
            end
        end
        return {accounts = accounts,
            denied = denied.any(answers, #requests, "Microsoft.Automation/automationAccounts/read")}
    end,
}
