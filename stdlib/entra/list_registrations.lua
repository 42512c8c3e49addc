-- Who has registered a second factor, and which administrators have not. The report wants a licence of the directory;
-- without one it is refused.
return primitive {
    name = "entra.list_registrations",
    summary = "Lists who has registered a second factor",
    since = "0.1.0",
    params = {admins_only = {type = "bool", default = false, help = "administrators only"}},
    returns = {
        people = {type = "int", help = "how many were looked at"},
        without = {type = "list", of = {type = "record", fields = {id = "string", upn = "string?", admin = "bool"}},
            help = "those without a second factor"},
        admins_without = {type = "list", of = "string", help = "the administrators among them"},
    },
    risk = "read",
    permissions = {"AuditLog.Read.All"},
    example = {},

    observe = function(p, read)
        local url = "graph:/reports/authenticationMethods/userRegistrationDetails"
        if p.admins_only then url = url .. "?$filter=isAdmin%20eq%20true" end
        local result = {people = 0, without = list {}, admins_without = list {}}
        for _, it in ipairs(read:list(url) or {}) do
            result.people = result.people + 1
            if not it.isMfaRegistered then
                table.insert(result.without, {id = it.id, upn = it.userPrincipalName, admin = it.isAdmin == true})
                if it.isAdmin then table.insert(result.admins_without, it.userPrincipalName) end
            end
        end
        return result
    end,
}
