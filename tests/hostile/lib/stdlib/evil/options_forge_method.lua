-- Ends with 1: 'no option'.
-- Options are a closed set.
return primitive {
    name = "evil.options_forge_method",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {method = "DELETE"})
        return {}
    end,
}
