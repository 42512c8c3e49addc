-- Ends with 1: 'nested deeper'.
-- A value that is too deep.
return primitive {
    name = "evil.deep_nesting",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local t = {}
        for _ = 1, 100000 do t = {t} end
        return {t = t}
    end,
}
