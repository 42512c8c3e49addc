-- The directory roles that a principal holds directly. They reach further than any vault: a Global Administrator whose
-- access policy is removed gives himself another one.
local graph = use "graph"

return primitive {
    name = "entra.list_roles",
    summary = "Lists the Entra roles of a principal",
    since = "0.1.0",
    params = {principal = {type = "guid", help = "object id of a user or application"}},
    returns = {
        roles = {type = "list", of = {type = "record", fields = {
            id = "string", role = "guid", name = "string?", scope = "string",
        }}},
        names = {type = "list", of = "string"},
    },
    risk = "read",
    permissions = {"RoleManagement.Read.Directory"},
    example = {principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},

    observe = function(p, read)
        local roles, names = list {}, list {}
        for _, assignment in ipairs(read:list(graph.roles(p.principal)) or {}) do
            local definition = assignment.roleDefinition or {}
            table.insert(roles, {id = assignment.id, role = assignment.roleDefinitionId, name = definition.displayName,
                scope = assignment.directoryScopeId or "/"})
            table.insert(names, definition.displayName or assignment.roleDefinitionId)
        end
        return {roles = roles, names = names}
    end,
}
