-- Ends with 6: 'own identity'.
-- A run never acts against itself, not even one that has read nothing and does not know yet who it is.
return primitive {
    name = "evil.own_identity_unread",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    state = {accountEnabled = "bool"},
    target = function() return "graph:/servicePrincipals/2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2" end,
    observe = function() return {accountEnabled = true} end,
    plan = function() return {accountEnabled = false} end,
    apply = function(_, _, desired, write)
        write:patch("graph:/servicePrincipals/2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2", {accountEnabled = desired.accountEnabled})
    end,
}
