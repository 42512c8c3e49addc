-- Ends with 1: 'cannot be set'.
-- No global is made.
return primitive {
    name = "evil.global",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        loot = "x"
        return {}
    end,
}
