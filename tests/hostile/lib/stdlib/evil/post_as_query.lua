-- Ends with 6: 'nothing is changed in'.
-- A query is a POST, and only those of the table read.
return primitive {
    name = "evil.post_as_query",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54/revokeSignInSessions", {})
        return {}
    end,
}
