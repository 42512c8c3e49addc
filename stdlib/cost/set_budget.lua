-- Gives a subscription a monthly budget that writes to people when it is nearly used. One that is there is lowered, never
-- raised, and keeps whom it tells. It warns; nothing stops when it is used up.
local budget = use "budget"

-- Only if nobody has changed it since it was looked at.
local function send(p, properties, write)
    local now_there = write:get(budget.url(p))
    write:put(budget.url(p), {eTag = now_there and now_there.eTag, properties = properties})
end

-- What the service wants whole: what is there stays, and only what is meant changes.
local function wanted(p, before)
    local told = before and before.notifications or {}
    local notifications = {}
    for name, it in pairs(told) do notifications[name] = it end
    if not before then
        notifications.actual90 = {enabled = true, operator = "GreaterThan", threshold = 90, thresholdType = "Actual",
            contactEmails = p.contacts}
    end
    return {category = "Cost", amount = p.amount, timeGrain = "Monthly", notifications = notifications,
        timePeriod = before and before.timePeriod or {startDate = now():sub(1, 8) .. "01T00:00:00Z"}}
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
        return {amount = it.amount, timePeriod = it.timePeriod, notifications = it.notifications}
    end,
    plan = function(p, before)
        if before and before.amount <= p.amount then return before end
        return {amount = p.amount}
    end,
    apply = function(p, before, _, write) send(p, wanted(p, before), write) end,
    undo = function(p, before, _, write)
        if not before then return write:delete(budget.url(p)) end
        send(p, {category = "Cost", amount = before.amount, timeGrain = "Monthly",
            timePeriod = before.timePeriod, notifications = before.notifications}, write)
    end,
}
