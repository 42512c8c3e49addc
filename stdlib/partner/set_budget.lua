-- Sets what the partner lets a customer spend in a month. It warns and stops nothing. A budget that is there is only
-- lowered or left, unless `raise` says so.
local center = use "partnercenter"

local function url(p)
    return uri("partner:/v1/customers/{c}/usagebudget", {c = p.customer})
end

local function send(p, amount, write)
    write:patch(url(p), {Amount = amount, Attributes = {ObjectType = "SpendingBudget"}},
        {headers = center.headers("budget " .. tostring(amount) .. " " .. p.customer), becomes = {amount = amount}})
end

return primitive {
    name = "partner.set_budget",
    summary = "Sets a customer's monthly spending budget",
    since = "0.1.0",
    params = {
        customer = {type = "guid", help = "tenant of the customer"},
        amount = {type = "number", help = "in the currency of the account, a month"},
        raise = {type = "bool", default = false, help = "also where the budget that is there is lower"},
    },
    risk = "contain",
    permissions = {"Partner Center: Admin agent"},
    repeatable = true,
    example = {customer = "53930895-ff43-4808-a11e-99816b51822a", amount = 1000},

    target = url,
    state = {amount = "number?"},
    observe = function(p, read)
        center.account()
        local raw = read:get(url(p), center.options("budget " .. p.customer)) or {}
        return {amount = raw.amount or null}
    end,
    plan = function(p, before)
        if type(before.amount) == "number" and before.amount <= p.amount and not p.raise then return before end
        return {amount = p.amount}
    end,
    apply = function(p, _, desired, write) send(p, desired.amount, write) end,
    undo = function(p, before, _, write) send(p, before.amount, write) end,
}
