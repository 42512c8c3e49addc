-- Turns the directory's security defaults on: everybody registers a second factor, and old ways to sign in are shut. They
-- exclude Conditional Access, so where one of its policies is enabled they are refused: that is the better way, and a
-- person's. Break-glass accounts have to be able to answer, too.
local place = "graph:/policies/identitySecurityDefaultsEnforcementPolicy"

return primitive {
    name = "entra.set_security_defaults",
    summary = "Turns security defaults of the directory on",
    since = "0.1.0",
    params = {on = {type = "bool", default = true, help = "on or off"}},
    risk = "contain",
    permissions = {"Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"},
    repeatable = true,
    example = {},

    target = function() return place end,
    state = {isEnabled = "bool", policies = "int?"},
    observe = function(_, read)
        local answers = read:all {{"get", place}, {"list", "graph:/identity/conditionalAccess/policies"}}
        local enabled = 0
        for _, policy in ipairs(answers[2] or {}) do
            if text.same(policy.state, "enabled") then enabled = enabled + 1 end
        end
        return {isEnabled = answers[1] ~= nil and answers[1].isEnabled == true, policies = enabled}
    end,
    plan = function(p, before)
        if p.on and not before.isEnabled and before.policies > 0 then
            refuse("policies of Conditional Access are enabled (" .. before.policies .. "): the two exclude each other")
        end
        return {isEnabled = p.on}
    end,
    apply = function(_, _, desired, write) write:patch(place, {isEnabled = desired.isEnabled}) end,
    undo = function(_, before, _, write) write:patch(place, {isEnabled = before.isEnabled}) end,
}
