-- Ends with 1: ''.
-- An error without a word.
return primitive {
    name = "evil.error_nil",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        error()
    end,
}
