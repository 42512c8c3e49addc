-- Ends with 1: 'larger than 32 MiB'.
-- Little memory in Lua, and all of it as a value.
return primitive {
    name = "evil.memory_shared",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local t = {"x"}
        for _ = 1, 60 do t = {t, t} end
        return {bomb = t}
    end,
}
