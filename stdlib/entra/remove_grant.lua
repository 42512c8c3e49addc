-- Takes back what an application may do for users at a resource. The grant is known by whom, where and for whom, since
-- giving it again makes a new one.
return primitive {
    name = "entra.remove_grant",
    summary = "Takes back what an application may do for users",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the application's service principal"},
        resource = {type = "guid", help = "object id of the service principal where it may"},
        user = {type = "guid", optional = true, help = "for whom; default: for everybody"},
    },
    risk = "contain",
    permissions = {"DelegatedPermissionGrant.ReadWrite.All"},
    repeatable = true,
    example = {principal = "c973880e-7d5b-4a49-b64c-d6aa8b6271db", resource = "94d7f2ab-6c10-4e83-b5a9-d08e2f7c6143"},

    target = function(p)
        return uri("graph:/servicePrincipals/{principal}/oauth2PermissionGrants/{resource}", p)
    end,
    state = {clientId = "guid", resourceId = "guid", consentType = "string", principalId = "guid?", scope = "string?"},
    observe = function(p, read)
        local grants = read:list(uri("graph:/servicePrincipals/{principal}/oauth2PermissionGrants", p))
        for _, it in ipairs(grants or {}) do
            local whose = p.user and text.same(it.principalId or "", p.user)
                or not p.user and it.consentType == "AllPrincipals"
            if text.same(it.resourceId, p.resource) and whose then return it end
        end
        return nil
    end,
    plan = function() return nil end,
    apply = function(_, before, _, write)
        write:delete(uri("graph:/oauth2PermissionGrants/{id}", {id = before.id}))
    end,
    undo = function(_, before, _, write)
        write:post(uri("graph:/oauth2PermissionGrants", {}), {
            clientId = before.clientId, resourceId = before.resourceId, consentType = before.consentType,
            principalId = before.principalId, scope = before.scope,
        })
    end,
}
