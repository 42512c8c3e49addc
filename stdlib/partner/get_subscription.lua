-- What an Azure subscription is to Partner Center: an entitlement of one of the customer's plans. Cancelling, suspending
-- and support want the ids of both.
local center = use "partnercenter"

return primitive {
    name = "partner.get_subscription",
    summary = "Reads a customer's Azure subscription",
    since = "0.1.0",
    params = {
        customer = {type = "guid", help = "tenant of the customer"},
        subscription = {type = "guid", help = "the Azure subscription"},
    },
    returns = {
        found = {type = "bool", help = "whether Partner Center knows it"}, name = "string?", state = "string?",
        plan = {type = "string", optional = true, help = "id of the plan that it belongs to"},
        plan_name = "string?", plan_state = "string?",
        active = {type = "bool", help = "whether it runs"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {customer = "53930895-ff43-4808-a11e-99816b51822a", subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p, read)
        local it = center.find(read, p.customer, p.subscription)
        if not it then return {found = false, active = false} end
        return {found = true, name = it.name, state = it.status, plan = it.plan, plan_name = it.plan_name,
            plan_state = it.plan_status, active = text.same(it.status, "active")}
    end,
}
