-- Ends with 1: 'nil value'.
-- A change in the disguise of looking.
return primitive {
    name = "evil.observe_changes",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    target = function() return "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54" end,
    state = {accountEnabled = "bool"},
    observe = function(_, read)
        read:delete("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54")
        return {accountEnabled = true}
    end,
    plan = function() return {accountEnabled = false} end,
}
