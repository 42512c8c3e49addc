-- Ends with 6: 'nothing is changed in'.
-- One segment more than the POST that reads.
return primitive {
    name = "evil.post_longer_path",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("arm:/providers/Microsoft.ResourceGraph/resources/more?api-version=2022-10-01", {query = "x"})
        return {}
    end,
}
