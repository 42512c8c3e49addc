-- Ends with 1: 'invalid order function'.
-- Comparators that lie.
return primitive {
    name = "evil.endless_sort",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local t = {}
        for i = 1, 100000 do t[i] = i % 7 end
        table.sort(t, function() return true end)
        while true do table.sort(t, function(a, b) return a > b end) end
    end,
}
