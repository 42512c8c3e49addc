-- The budgets of a subscription, and what it has cost this month beside them. One that counts a part of the subscription
-- only (a group, a tag) says nothing of the rest.
local cost = use "cost"
local budget = use "budget"

return primitive {
    name = "cost.get_budget",
    summary = "Reads a subscription's budgets and its cost this month",
    since = "0.1.0",
    params = {subscription = {type = "guid", help = "the subscription"}},
    returns = {
        budgets = {type = "list", of = {type = "record", fields = {
            name = "string", amount = "number", grain = "string?", contacts = {type = "list", of = "string"},
            whole = {type = "bool", help = "does it count the whole subscription?"}}}},
        found = {type = "bool", help = "whether there is one of the whole subscription"},
        amount = {type = "number", optional = true, help = "the lowest monthly one of the whole subscription"},
        name = {type = "string", optional = true, help = "its name"},
        spent = {type = "number", help = "cost since the month began"},
        currency = "string?",
        over = {type = "bool", help = "whether more than the lowest was spent"},
    },
    risk = "read",
    permissions = {"Microsoft.Consumption/budgets/read", "Microsoft.CostManagement/query/read"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p, read)
        local rows = cost.rows(read, p.subscription, now():sub(1, 8) .. "01T00:00:00Z", now(), false)
        local result = {budgets = list {}, found = false, over = false, spent = cost.round(cost.sum(rows)),
            currency = rows[1] and rows[1].currency}
        for _, raw in ipairs(read:list(budget.all(p.subscription)) or {}) do
            local it, contacts = raw.properties, list {}
            for _, notification in pairs(it.notifications or {}) do
                for _, address in ipairs(notification.contactEmails or {}) do table.insert(contacts, address) end
            end
            local whole = budget.is_whole(it)
            table.insert(result.budgets, {name = raw.name, amount = it.amount, grain = it.timeGrain,
                contacts = list.unique(contacts), whole = whole})
            result.found = result.found or whole
            if whole and budget.is_monthly(it) and (not result.amount or it.amount < result.amount) then
                result.amount, result.name = it.amount, raw.name
            end
        end
        result.over = result.amount ~= nil and result.spent > result.amount
        return result
    end,
}
