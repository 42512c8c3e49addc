-- What an application was allowed: for users (delegated grants) and by itself (app roles). A grant to read mail for
-- everybody outlives the account of whoever gave it.
return primitive {
    name = "entra.list_grants",
    summary = "Lists what an application was allowed",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the service principal"},
        start = {type = "time", optional = true, help = "begin of the suspicious access: what was given since is marked"},
    },
    returns = {
        grants = {type = "list", help = "for users", of = {type = "record", fields = {
            id = "string", resource = "guid", scope = "string?", everybody = "bool", user = "guid?",
        }}},
        roles = {type = "list", help = "by itself", of = {type = "record", fields = {
            id = "string", resource = "guid", resource_name = "string?", role = "guid", created = "time?", new = "bool",
        }}},
    },
    risk = "read",
    permissions = {"Application.Read.All", "Directory.Read.All"},
    example = {principal = "c973880e-7d5b-4a49-b64c-d6aa8b6271db"},

    observe = function(p, read)
        local answers = read:all {{"list", uri("graph:/servicePrincipals/{principal}/oauth2PermissionGrants", p)},
            {"list", uri("graph:/servicePrincipals/{principal}/appRoleAssignments", p)}}
        local grants, roles = list {}, list {}
        for _, it in ipairs(answers[1] or {}) do
            table.insert(grants, {id = it.id, resource = it.resourceId, scope = it.scope, user = it.principalId,
                everybody = it.consentType == "AllPrincipals"})
        end
        for _, it in ipairs(answers[2] or {}) do
            table.insert(roles, {id = it.id, resource = it.resourceId, resource_name = it.resourceDisplayName,
                role = it.appRoleId, created = it.createdDateTime,
                new = p.start ~= nil and it.createdDateTime ~= nil and not time.before(it.createdDateTime, p.start)})
        end
        return {grants = grants, roles = roles}
    end,
}
