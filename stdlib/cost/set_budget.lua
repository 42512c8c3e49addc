-- Gives a subscription a monthly budget that writes to people when it is nearly used. One that is there is lowered, never
-- raised, and keeps all else; one of another period, or of a part of the subscription, is another thing and stays. It
-- warns; nothing stops when it is used up.
local budget = use "budget"

local function new(p)
    return {category = "Cost", timeGrain = "Monthly", timePeriod = {startDate = now():sub(1, 8) .. "01T00:00:00Z"},
        notifications = {actual90 = {enabled = true, operator = "GreaterThan", threshold = 90, thresholdType = "Actual",
            contactEmails = p.contacts}}}
end

-- The service takes it as a whole: what is there is sent again, but for the amount, and only if nobody changes it
-- meanwhile.
local function send(p, amount, write)
    local there = write:get(budget.url(p))
    local properties = there and budget.kept(there.properties) or new(p)
    properties.amount = amount
    write:put(budget.url(p), {eTag = there and there.eTag, properties = properties})
end

return primitive {
    name = "cost.set_budget",
    summary = "Gives a subscription a monthly budget",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        name = {type = "string", default = "playbook-monthly", help = "name of the budget"},
        amount = {type = "number", help = "in the currency of the subscription, a month"},
        contacts = {type = "list", of = "email", help = "who is told when nine tenths are used; of a new one"},
    },
    risk = "contain",
    permissions = {"Microsoft.Consumption/budgets/read", "Microsoft.Consumption/budgets/write",
        "Microsoft.Consumption/budgets/delete"},
    repeatable = true,
    example = {subscription = "00d91870-eb2b-49c1-b776-92d6553f94c0", amount = 900, contacts = {"soc@contoso.com"}},

    target = budget.url,
    state = {amount = "number", timePeriod = "any?", notifications = "any?"},
    observe = function(p, read)
        local raw = read:get(budget.url(p))
        if not raw then return nil end
        local it = raw.properties
        return {amount = it.amount, timePeriod = it.timePeriod, notifications = it.notifications,
            monthly = budget.is_monthly(it), whole = budget.is_whole(it)}
    end,
    plan = function(p, before)
        if before and not before.monthly then refuse("the budget '" .. p.name .. "' is not one of a month") end
        if before and not before.whole then refuse("the budget '" .. p.name .. "' is one of a part of the subscription") end
        if before and before.amount <= p.amount then return before end
        return {amount = p.amount}
    end,
    apply = function(p, _, desired, write) send(p, desired.amount, write) end,
    undo = function(p, before, _, write)
        if not before then return write:delete(budget.url(p)) end
        send(p, before.amount, write)
    end,
}
