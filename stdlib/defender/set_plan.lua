-- Turns a Defender plan of a subscription on or off. On costs money from that moment. The service takes the plan as a
-- whole, so a plan that is there keeps its sub-plan and extensions.
local plan = use "plan"

local function put(p, properties, write)
    write:put(plan.url(p), {properties = {
        pricingTier = properties.pricingTier, subPlan = properties.subPlan, extensions = properties.extensions,
    }})
end

return primitive {
    name = "defender.set_plan",
    summary = "Turns a Defender plan on or off",
    since = "0.1.0",
    params = {
        subscription = plan.params.subscription,
        plan = plan.params.plan,
        on = {type = "bool", default = true, help = "on (Standard) or off (Free)"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/pricings/read", "Microsoft.Security/pricings/write"},
    repeatable = true,
    example = {subscription = "4bdad6d8-0ca1-4008-be5f-f128e988c706"},

    target = plan.url,
    state = {properties = {type = "record", fields = {
        pricingTier = {type = "string", nocase = true}, subPlan = "string?",
        extensions = {type = "list", of = "any", optional = true},
    }}},
    plan = function(p, before)
        if not before then error("Defender shows no plan '" .. p.plan .. "' in " .. p.subscription) end
        return {properties = {pricingTier = p.on and "Standard" or "Free"}}
    end,
    apply = function(p, before, desired, write)
        put(p, {pricingTier = desired.properties.pricingTier, subPlan = before.properties.subPlan,
            extensions = before.properties.extensions}, write)
    end,
    undo = function(p, before, _, write) put(p, before.properties, write) end,
}
