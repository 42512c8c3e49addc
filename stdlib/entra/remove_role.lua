-- Takes one Entra role away from a principal. The assignment is known by who, what and where, since putting it back
-- makes a new one with another id. Eligible (PIM) assignments are another thing and stay. The last Global Administrator
-- stays one: then nobody could let anybody in any more.
local graph = use "graph"

return primitive {
    name = "entra.remove_role",
    summary = "Takes an Entra role away from a principal",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user or application"},
        role = {type = "guid", help = "id of the role definition"},
        scope = {type = "string", default = "/", help = "where the role holds"},
    },
    risk = "contain",
    permissions = {"RoleManagement.ReadWrite.Directory"},
    repeatable = true,
    example = {principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", role = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"},

    target = function(p)
        return uri("graph:/directoryObjects/{principal}/directoryRoles/{role}", p)
    end,
    state = {
        principalId = {type = "guid", optional = true}, roleDefinitionId = "guid", directoryScopeId = "string",
    },
    observe = function(p, read)
        for _, assignment in ipairs(read:list(graph.roles(p.principal)) or {}) do
            if text.same(assignment.roleDefinitionId, p.role) and (assignment.directoryScopeId or "/") == p.scope then
                return {id = assignment.id, principalId = p.principal, roleDefinitionId = p.role,
                    directoryScopeId = p.scope, last_administrator = text.same(p.role, graph.global_administrator)
                        and graph.is_last_administrator(read, p.principal)}
            end
        end
        return nil
    end,
    plan = function(_, before)
        graph.keep_last_administrator(before)
        return nil
    end,
    apply = function(_, before, _, write)
        write:delete(uri("graph:/roleManagement/directory/roleAssignments/{id}", {id = before.id}))
    end,
    -- Without the resource, it would be the list of all assignments that is changed.
    undo = function(p, before, _, write)
        write:post(uri("graph:/roleManagement/directory/roleAssignments", {}), {
            ["@odata.type"] = "#microsoft.graph.unifiedRoleAssignment", principalId = before.principalId,
            roleDefinitionId = before.roleDefinitionId, directoryScopeId = before.directoryScopeId,
        }, {resource = uri("graph:/directoryObjects/{principal}/directoryRoles/{role}", p)})
    end,
}
