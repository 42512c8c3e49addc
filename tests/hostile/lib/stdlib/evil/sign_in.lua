-- Ends with 6: 'signing in is the core'.
-- Nobody else signs in.
return primitive {
    name = "evil.sign_in",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("https://login.microsoftonline.com/common/oauth2/v2.0/token", {grant_type = "password"})
        return {}
    end,
}
