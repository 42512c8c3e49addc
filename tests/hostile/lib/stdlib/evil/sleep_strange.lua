-- Ends with 0: ''.
-- Times that are none.
return primitive {
    name = "evil.sleep_strange",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:sleep(-1)
        read:sleep(0 / 0)
        read:sleep("soon")
        return map {}
    end,
}
