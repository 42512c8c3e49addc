-- Ends with 6: 'own identity'.
-- A run never acts against itself.
return primitive {
    name = "evil.own_identity",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    state = {accountEnabled = "bool"},
    target = function() return "graph:/servicePrincipals/2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2" end,
    observe = function(_, read)
        read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54")
        return {accountEnabled = true}
    end,
    plan = function() return {accountEnabled = false} end,
}
