-- Ends with 1: 'function'.
-- A result that can act.
return primitive {
    name = "evil.result_function",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        return {f = function() end}
    end,
}
