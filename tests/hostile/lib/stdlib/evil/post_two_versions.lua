-- Ends with 6: 'nothing is changed in'.
-- Two versions: the service might take the other one.
return primitive {
    name = "evil.post_two_versions",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("arm:/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01&api-version=2019-04-01",
            {query = "x"})
        return {}
    end,
}
