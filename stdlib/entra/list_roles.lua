-- The directory roles that a principal holds, itself or through a group. They reach further than any vault: a Global
-- Administrator whose access policy is removed gives himself another one. Only groups that are made for it can hold
-- roles, and such groups are never nested. Eligible (PIM) roles are another thing and not looked at.
local graph = use "graph"

local function role_of(assignment)
    local definition = assignment.roleDefinition or {}
    return {id = assignment.id, role = assignment.roleDefinitionId, name = definition.displayName,
        scope = assignment.directoryScopeId or "/"}
end

-- Groups of a list that may hold roles, each once.
local function holders(answers)
    local groups = list {}
    for i = 2, 3 do
        for _, group in ipairs(answers[i] or {}) do
            if group.isAssignableToRole == true then table.insert(groups, group) end
        end
    end
    return list.unique(groups, "id")
end

return primitive {
    name = "entra.list_roles",
    summary = "Lists the Entra roles of a principal",
    since = "0.1.0",
    params = {principal = {type = "guid", help = "object id of a user or application"}},
    returns = {
        roles = {type = "list", help = "roles of its own", of = {type = "record", fields = {
            id = "string", role = "guid", name = "string?", scope = "string",
        }}},
        through = {type = "list", help = "roles of groups that it is in", of = {type = "record", fields = {
            id = "string", role = "guid", name = "string?", scope = "string", group = "guid", group_name = "string?",
        }}},
        names = {type = "list", of = "string", help = "of all of them"},
    },
    risk = "read",
    permissions = {"RoleManagement.Read.Directory", "GroupMember.Read.All"},
    example = {principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},

    observe = function(p, read)
        local answers = read:all {{"list", graph.roles(p.principal)}, {"list", graph.groups("users", p.principal)},
            {"list", graph.groups("servicePrincipals", p.principal)}}
        local roles, through, names, requests = list {}, list {}, list {}, {}
        for _, assignment in ipairs(answers[1] or {}) do
            local role = role_of(assignment)
            table.insert(roles, role)
            table.insert(names, role.name or role.role)
        end
        local groups = holders(answers)
        for _, group in ipairs(groups) do table.insert(requests, {"list", graph.roles(group.id)}) end
        local held = #requests > 0 and read:all(requests) or {}
        for i, group in ipairs(groups) do
            for _, assignment in ipairs(held[i] or {}) do
                local role = role_of(assignment)
                role.group, role.group_name = group.id, group.displayName
                table.insert(through, role)
                table.insert(names, (role.name or role.role) .. " through " .. (group.displayName or group.id))
            end
        end
        return {roles = roles, through = through, names = names}
    end,
}
