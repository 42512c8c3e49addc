-- Takes one role assignment away, wherever it holds. It comes back under the same id when this is undone. The last
-- assignment of Owner of a subscription stays: then nobody could give a role there any more. An Owner whose account is
-- disabled is none.
local arm = use "arm"
local owners = use "owners"

-- Would nobody else own the subscription?
local function is_last_owner(read, assignment)
    local scope = assignment.properties.scope
    if not owners.is_owner(assignment) or id.name(scope) ~= id.subscription(scope) then return false end
    return not owners.has_other(read, id.subscription(scope), assignment.id)
end

return primitive {
    name = "rbac.remove_assignment",
    summary = "Takes a role assignment away",
    since = "0.1.0",
    params = {
        assignment = {type = "id", help = "resource id of the role assignment"},
        principal = {type = "guid", optional = true, help = "object id of whoever has it: what is protected stays"},
    },
    risk = "contain",
    permissions = {"Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.Authorization/roleAssignments/write", "User.Read.All", "Application.Read.All"},
    repeatable = true,
    example = {
        assignment = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/providers/Microsoft.Authorization"
            .. "/roleAssignments/e7074b7e-8f03-4c0f-b303-81543e2255c6",
        principal = "318f20e4-c050-4c96-8d97-83ee664d5171",
    },

    target = function(p) return arm.role_assignment(p.assignment) end,
    state = {properties = {type = "record", fields = {
        roleDefinitionId = "id", principalId = "guid", principalType = "string?", scope = "id", condition = "string?",
        conditionVersion = "string?", description = "string?",
    }}},
    observe = function(p, read)
        local assignment = read:get(arm.role_assignment(p.assignment))
        if assignment then assignment.last_owner = is_last_owner(read, assignment) end
        return assignment
    end,
    plan = function(p, before)
        if before and before.last_owner then refuse("nobody else owns " .. before.properties.scope) end
        local has = before and before.properties.principalId
        if has and text.same(has, self().object_id or "") then refuse("it is the response's own") end
        if has and p.principal and not text.same(has, p.principal) then
            refuse("it belongs to " .. has .. " by now, not to " .. p.principal)
        end
        return nil
    end,
    undo = function(p, before, _, write)
        local it = before.properties
        write:put(arm.role_assignment(p.assignment), {properties = {
            roleDefinitionId = it.roleDefinitionId, principalId = it.principalId, principalType = it.principalType,
            condition = it.condition, conditionVersion = it.conditionVersion, description = it.description,
        }})
    end,
}
