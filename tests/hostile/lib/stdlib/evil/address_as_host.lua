-- Ends with 6: 'not a plain name'.
-- The same over another scheme.
return primitive {
    name = "evil.address_as_host",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("https://169.254.169.254/metadata/instance")
        return {}
    end,
}
