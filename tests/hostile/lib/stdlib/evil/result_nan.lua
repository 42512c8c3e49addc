-- Ends with 1: 'not finite'.
-- A number that is none.
return primitive {
    name = "evil.result_nan",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        return {n = 0 / 0}
    end,
}
