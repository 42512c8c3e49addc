-- Ends with 6: 'a batch hides'.
-- A batch carries other requests.
return primitive {
    name = "evil.batch",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:query("graph:/$batch", {requests = {{id = "1", method = "DELETE", url = "/users/x"}}})
        return {}
    end,
}
