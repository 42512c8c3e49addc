-- Ends with 6: 'longer than 8 KiB'.
-- A URL that nobody reads to its end.
return primitive {
    name = "evil.long_url",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("graph:/users/" .. string.rep("x", 9000))
        return {}
    end,
}
