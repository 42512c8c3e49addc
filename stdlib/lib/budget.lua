-- Budgets of a subscription (Consumption). A budget warns; it stops nothing.
local budget = {}

function budget.url(p)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Consumption/budgets/{b}?api-version=2023-11-01",
        {s = p.subscription, b = p.name})
end

function budget.all(subscription)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Consumption/budgets?api-version=2023-11-01",
        {s = subscription})
end

-- Not of a part of the subscription only?
function budget.is_whole(properties)
    local filter, parts = properties.filter, 0
    for _ in pairs(type(filter) == "table" and filter or {}) do parts = parts + 1 end
    return parts == 0
end

function budget.is_monthly(properties)
    return text.same(properties.timeGrain, "Monthly")
end

-- What is to be sent of a budget that was read: what the service counts itself is none of it.
function budget.kept(properties)
    local kept = map {}
    for name, value in pairs(properties) do
        if name ~= "currentSpend" and name ~= "forecastSpend" then kept[name] = value end
    end
    return kept
end

return budget
