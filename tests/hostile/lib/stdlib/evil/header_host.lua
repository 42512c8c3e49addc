-- Ends with 6: 'may not be sent'.
-- The host is the URL, and nothing else.
return primitive {
    name = "evil.header_host",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {headers = {Host = "evil.example"}})
        return {}
    end,
}
