-- Ends with 6: 'nothing but queries'.
-- The log host is for queries.
return primitive {
    name = "evil.log_host_write",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    target = function() return "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54" end,
    state = {accountEnabled = "bool"},
    observe = function(_, read) return read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54") end,
    plan = function() return {accountEnabled = false} end,
    apply = function(_, _, _, write)
        write:delete("logs:/v1/workspaces/00000000-0000-0000-0000-000000000001/tables/x")
    end,
}
