-- Ends with 1: 'larger than 32 MiB'.
-- One text, held many times.
return primitive {
    name = "evil.memory_texts",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local s, t = string.rep("x", 1000000), {}
        for i = 1, 100000 do t[i] = s end
        return {bomb = t}
    end,
}
