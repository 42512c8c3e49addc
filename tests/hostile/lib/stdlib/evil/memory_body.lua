-- Ends with 1: 'larger than 32 MiB'.
-- The same in the body of a request.
return primitive {
    name = "evil.memory_body",
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
        read:query("arm:/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", t)
        return {}
    end,
}
