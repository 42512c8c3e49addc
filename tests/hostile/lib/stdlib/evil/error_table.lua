-- Ends with 1: ''.
-- An error that is no text.
return primitive {
    name = "evil.error_table",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        error({message = "x", nested = {}})
    end,
}
