-- Ends with 1: 'the script'.
-- It never ends.
return primitive {
    name = "evil.endless_loop",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        while true do end
    end,
}
