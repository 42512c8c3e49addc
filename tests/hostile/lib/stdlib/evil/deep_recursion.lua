-- Ends with 1: 'memory'.
-- Calls without end.
return primitive {
    name = "evil.deep_recursion",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local function down(n) return 1 + down(n + 1) end
        return {n = down(0)}
    end,
}
