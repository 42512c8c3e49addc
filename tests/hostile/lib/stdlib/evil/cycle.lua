-- Ends with 1: 'nested deeper'.
-- A record that holds itself.
return primitive {
    name = "evil.cycle",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local t = {}
        t.self = t
        return t
    end,
}
