-- Whether an account that the directory does not know was deleted in the last 30 days, and can still be brought back.
return primitive {
    name = "entra.get_deleted",
    summary = "Tells whether an account was deleted lately",
    since = "0.1.0",
    params = {principal = {type = "guid", help = "object id of a user or application"}},
    returns = {deleted = "bool", at = "time?", name = "string?"},
    risk = "read",
    permissions = {"User.Read.All", "Application.Read.All"},
    example = {principal = "d41c7a90-2b6e-4f53-8a1d-6c0f9e2b7a55"},

    observe = function(p, read)
        local it = read:get(uri("graph:/directory/deletedItems/{principal}", p))
        if not it then return {deleted = false} end
        return {deleted = true, at = it.deletedDateTime, name = it.userPrincipalName or it.displayName}
    end,
}
