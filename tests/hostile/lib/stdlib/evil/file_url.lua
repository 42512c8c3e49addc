-- Ends with 6: 'does not begin with https'.
-- Not every URL is one of the network.
return primitive {
    name = "evil.file_url",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("file:///etc/passwd")
        return {}
    end,
}
