-- Ends with 6: 'sent already'.
-- Once was approved.
return primitive {
    name = "evil.twice",
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
        local _, info = write:patch("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {accountEnabled = true})
        if info.headers["request-id"] then write:patch("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {accountEnabled = true}) end
    end,
}
