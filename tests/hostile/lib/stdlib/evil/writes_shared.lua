-- Ends with 1: 'cannot be set'.
-- Nothing shared can be changed.
return primitive {
    name = "evil.writes_shared",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        text.trim = function() return "" end
        return {}
    end,
}
