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

return budget
