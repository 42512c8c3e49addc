-- Whether the directory asks everybody for a second factor: by security defaults, or by an enabled policy of Conditional
-- Access that demands it.
local function demands(policy)
    local controls = policy.grantControls and policy.grantControls.builtInControls or {}
    for _, control in ipairs(controls) do
        if text.same(control, "mfa") then return text.same(policy.state, "enabled") end
    end
    return false
end

return primitive {
    name = "entra.get_security_defaults",
    summary = "Reads whether the directory demands a second factor",
    since = "0.1.0",
    params = {},
    returns = {
        on = {type = "bool", help = "security defaults are on"},
        policies = {type = "int", help = "enabled policies of Conditional Access"},
        demanded = {type = "bool", help = "defaults or a policy demand a second factor"},
    },
    risk = "read",
    permissions = {"Policy.Read.All"},
    example = {},

    observe = function(_, read)
        local answers = read:all {{"get", "graph:/policies/identitySecurityDefaultsEnforcementPolicy"},
            {"list", "graph:/identity/conditionalAccess/policies"}}
        local result = {on = answers[1] ~= nil and answers[1].isEnabled == true, policies = 0, demanded = false}
        result.demanded = result.on
        for _, policy in ipairs(answers[2] or {}) do
            if text.same(policy.state, "enabled") then result.policies = result.policies + 1 end
            result.demanded = result.demanded or demands(policy)
        end
        return result
    end,
}
