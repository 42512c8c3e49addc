-- Ends with 1: 'cannot be set'.
-- Not even the handle.
return primitive {
    name = "evil.writes_handle",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read.get = function() end
        return {}
    end,
}
