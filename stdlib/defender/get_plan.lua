-- Whether a Defender plan is on in a subscription. Without it no alerts of that kind will ever come.
local plan = use "plan"

return primitive {
    name = "defender.get_plan",
    summary = "Reads whether a Defender plan is on",
    since = "0.1.0",
    params = plan.params,
    returns = {on = "bool", tier = "string", sub_plan = "string?"},
    risk = "read",
    permissions = {"Microsoft.Security/pricings/read"},
    example = {subscription = "4c37d899-9818-4152-8233-89cea195dbe7"},

    observe = function(p, read)
        local found = read:get(plan.url(p))
        if not found then error("Defender shows no plan '" .. p.plan .. "' in " .. p.subscription) end
        local tier = found.properties.pricingTier
        return {on = text.same(tier, "Standard"), tier = tier, sub_plan = found.properties.subPlan}
    end,
}
