-- Ends with 6: 'nothing is changed in'.
-- A version of the API that nobody looked at.
return primitive {
    name = "evil.post_other_version",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("arm:/providers/Microsoft.ResourceGraph/resources?api-version=2019-04-01", {query = "x"})
        return {}
    end,
}
