-- Ends with 1: 'requests can be made side by side'.
-- More than the core makes at once.
return primitive {
    name = "evil.many_at_once",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local wishes = {}
        for i = 1, 300 do wishes[i] = {"get", "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"} end
        read:all(wishes)
        return {}
    end,
}
