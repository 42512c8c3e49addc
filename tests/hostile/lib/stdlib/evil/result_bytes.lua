-- Ends with 1: 'not UTF-8'.
-- A result that is no text.
return primitive {
    name = "evil.result_bytes",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        return {text = "\255"}
    end,
}
