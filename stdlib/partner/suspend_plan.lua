-- Suspends a whole plan of a customer's, which is more than one Azure subscription: everything that is bought by it stops.
-- Partner Center refuses it for an Azure plan that has active Azure subscriptions (code 900115); those are cancelled one
-- by one, with subscription.suspend. Here undoing is documented and complete: the status is set to active again.
local center = use "partnercenter"

-- The whole subscription as it was read, with another status, and only if nobody has changed it since.
local function set(p, status, write)
    local url = center.subscription_url(p.customer, p.plan)
    local body = write:get(url, center.options("plan " .. p.plan))
    if not body then error("the customer has no such plan") end
    local tag = body.attributes and body.attributes.etag
    body = map(body)
    body.status = status
    write:patch(url, body, {headers = center.headers("plan " .. status .. " " .. p.plan, {["If-Match"] = tag}),
        becomes = {status = status}})
end

return primitive {
    name = "partner.suspend_plan",
    summary = "Suspends a customer's whole plan",
    since = "0.1.0",
    params = {
        customer = {type = "guid", help = "tenant of the customer"},
        plan = {type = "guid", help = "the plan, which Partner Center calls a subscription"},
    },
    risk = "destroy",
    permissions = {"Partner Center: Admin agent"},
    repeatable = true,
    example = {customer = "059aea6e-a354-4082-b4b2-e80d82113b79", plan = "02da4669-dde5-4688-81e0-fde095f25707"},

    target = function(p) return center.subscription_url(p.customer, p.plan) end,
    state = {status = {type = "string", nocase = true}},
    observe = function(p, read)
        center.account()
        return read:get(center.subscription_url(p.customer, p.plan), center.options("plan " .. p.plan))
    end,
    plan = function(_, before)
        if not before then error("the customer has no such plan") end
        return {status = "suspended"}
    end,
    apply = function(p, _, desired, write) set(p, desired.status, write) end,
    undo = function(p, before, _, write) set(p, before.status, write) end,
}
