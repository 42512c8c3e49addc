-- Ends with 1: ''.
-- A secret that is no text cannot be written anywhere else.
return primitive {
    name = "evil.secret_in_url",
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
    plan = function() return {accountEnabled = false} end,
    apply = function(_, _, _, write)
        write:patch("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54?x=" .. new_secret(20), {accountEnabled = true})
    end,
}
