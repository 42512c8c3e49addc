-- Ends with 1: 'NUL'.
-- A text that ends early.
return primitive {
    name = "evil.result_nul",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        return {text = "a\0b"}
    end,
}
