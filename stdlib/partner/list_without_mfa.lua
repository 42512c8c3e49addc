-- The partner's own users who can act for customers without a second factor: whoever steals one of these accounts has all
-- customers.
local center = use "partnercenter"

return primitive {
    name = "partner.list_without_mfa",
    summary = "Lists the partner's users without a second factor",
    since = "0.1.0",
    params = {},
    returns = {users = {type = "list", of = {type = "record", fields = {id = "string?", name = "string?", upn = "string?"}}}},
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {},

    observe = function(_, read)
        local users = list {}
        for _, it in ipairs(center.pages(read, "partner:/v1/nonMfaCompliantPartnerPrincipals", "without mfa")) do
            table.insert(users, {id = it.objectId, name = it.displayName, upn = it.userPrincipalName})
        end
        return {users = users}
    end,
}
