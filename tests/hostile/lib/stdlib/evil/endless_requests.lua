-- Ends with 1: 'more than 4096 times'.
-- It never ends, and it always waits.
return primitive {
    name = "evil.endless_requests",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        while true do read:note("again") end
    end,
}
