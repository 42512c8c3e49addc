-- Takes back what an application may do by itself at a resource. The assignment is known by whom, where and what, since
-- giving it again makes a new one.
return primitive {
    name = "entra.remove_app_role",
    summary = "Takes back what an application may do by itself",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the application's service principal"},
        resource = {type = "guid", help = "object id of the service principal where it may"},
        role = {type = "guid", help = "id of the app role"},
    },
    risk = "contain",
    permissions = {"Application.Read.All", "AppRoleAssignment.ReadWrite.All"},
    repeatable = true,
    example = {principal = "c973880e-7d5b-4a49-b64c-d6aa8b6271db", resource = "94d7f2ab-6c10-4e83-b5a9-d08e2f7c6143",
        role = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"},

    target = function(p)
        return uri("graph:/servicePrincipals/{principal}/appRoles/{resource}/{role}", p)
    end,
    state = {principalId = "guid", resourceId = "guid", appRoleId = "guid"},
    observe = function(p, read)
        local roles = read:list(uri("graph:/servicePrincipals/{principal}/appRoleAssignments", p))
        for _, it in ipairs(roles or {}) do
            if text.same(it.resourceId, p.resource) and text.same(it.appRoleId, p.role) then return it end
        end
        return nil
    end,
    plan = function() return nil end,
    apply = function(p, before, _, write)
        write:delete(uri("graph:/servicePrincipals/{resource}/appRoleAssignedTo/{id}",
            {resource = p.resource, id = before.id}))
    end,
    undo = function(p, before, _, write)
        write:post(uri("graph:/servicePrincipals/{resource}/appRoleAssignedTo", p), {
            principalId = before.principalId, resourceId = before.resourceId, appRoleId = before.appRoleId,
        })
    end,
}
