-- Ends with 1: 'memory'.
-- All memory, by tables.
return primitive {
    name = "evil.memory_table",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local t = {}
        while true do t[#t + 1] = {t} end
    end,
}
