-- Ends with 1: 'nil value'.
-- Planning has nothing but data.
return primitive {
    name = "evil.plan_reads",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    target = function() return "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54" end,
    state = {accountEnabled = "bool"},
    observe = function(_, read) return read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54") end,
    plan = function(_, before)
        before.accountEnabled = false
        return read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54")
    end,
}
