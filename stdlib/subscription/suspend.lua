-- Stops a whole Azure subscription. There are two ways, and they are not the same:
--   by = partner   Partner Center cancels the customer's subscription for "compromise" (an entitlement of the Azure plan;
--                  Global Administrator and Admin agent). Everything in it is deallocated, its data is marked for deletion
--                  after the time of retention, all its open fraud events end as fraud, and it takes about ten minutes to
--                  show. Undoing asks Partner Center to reactivate it.
--   by = cancel    Resource Manager cancels a subscription of one's own (Owner); it refuses those that a partner manages.
--                  Undoing enables it again, which Azure allows for some time only.
-- Either way machines stay stopped after undoing, and what has been erased does not come back. Ask the customer first.
-- A whole plan is suspended by partner.suspend_plan, one resource stopped by its own primitives.
local center = use "partnercenter"

local longest_ms = 15 * 60 * 1000

local function resource_of(p)
    return uri("arm:/subscriptions/{s}?api-version=2022-12-01", {s = p.subscription})
end

-- Partner Center says at once that it was taken, and minutes later that it happened.
local function wait(p, before, active, write)
    local url, waited, pause = center.entitlement_url(p.customer, before.plan, p.subscription), 0, 250
    while waited < longest_ms do
        local it = write:poll(url, center.options("entitlement " .. p.subscription))
        if not it or text.same(it.status, "active") == active then return end
        write:sleep(pause)
        waited, pause = waited + pause, pause < 15000 and pause * 2 or 15000
    end
    error("Partner Center has taken it, and does not show it after 15 minutes")
end

local function by_partner(p, before, active, write)
    local verb = active and "reactivate" or "cancel"
    local _, info = write:post(center.action_url(p.customer, before.plan, p.subscription, verb),
        not active and {cancellationReason = "compromise"} or nil,
        {headers = center.headers(verb .. " " .. p.subscription), resource = resource_of(p),
            becomes = {state = active and "Enabled" or "Disabled"}})
    if info.headers["date"] then wait(p, before, active, write) end
end

local function by_manager(p, active, write)
    write:post(uri("arm:/subscriptions/{s}/providers/Microsoft.Subscription/{verb}?api-version=2021-10-01",
        {s = p.subscription, verb = active and "enable" or "cancel"}), nil,
        {resource = resource_of(p), becomes = {state = active and "Enabled" or "Disabled"}})
end

local function turn(p, before, active, write)
    if p.by == "partner" then by_partner(p, before, active, write) else by_manager(p, active, write) end
end

return primitive {
    name = "subscription.suspend",
    summary = "Stops a whole Azure subscription",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the Azure subscription"},
        by = {type = "enum", values = {"partner", "cancel"}, default = "partner",
            help = "partner: Partner Center cancels a customer's; cancel: Resource Manager cancels one's own"},
        customer = {type = "guid", optional = true, help = "tenant of the customer; by = partner wants it"},
    },
    returns = {active = {type = "bool", help = "whether it still runs"}},
    risk = "destroy",
    permissions = {"Partner Center: Global Administrator and Admin agent",
        "Microsoft.Subscription/cancel/action", "Microsoft.Subscription/enable/action"},
    repeatable = true,
    example = {subscription = "b1b975b7-09ab-4d05-867f-3a3b4bc1ba70", customer = "059aea6e-a354-4082-b4b2-e80d82113b79"},

    target = resource_of,
    state = {active = "bool", plan = "string?"},
    observe = function(p, read)
        if p.by == "partner" then
            if not p.customer then refuse("whose subscription it is has to be said: customer") end
            local it = center.find(read, p.customer, p.subscription)
            if not it then return nil end
            return {active = text.same(it.status, "active"), plan = it.plan}
        end
        local it = read:get(resource_of(p))
        if not it then return nil end
        local quota = it.subscriptionPolicies and it.subscriptionPolicies.quotaId or ""
        if text.starts(quota, "CSP_") then refuse("a partner manages this subscription: by = partner, with its customer") end
        return {active = not text.same(it.state, "Disabled") and not text.same(it.state, "Deleted")}
    end,
    plan = function(p, before)
        if not before then error("there is no subscription " .. p.subscription .. " that could be stopped this way") end
        return {active = false}
    end,
    apply = function(p, before, _, write) turn(p, before, false, write) end,
    undo = function(p, before, _, write) turn(p, before, true, write) end,
    result = function(_, _, after) return {active = after ~= nil and after.active} end,
}
