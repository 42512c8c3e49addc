-- Ends with 1: 'no option'.
-- A read says nothing.
return primitive {
    name = "evil.get_with_body",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:all({{"get", "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {body = "x"}}})
        return {}
    end,
}
