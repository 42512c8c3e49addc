-- What one principal may do at one vault, in both models at once: the entries of the access policy (they count unless
-- the vault uses roles) and the role assignments at the vault or beneath it. Role assignments count in both models: a
-- Contributor of a vault can give himself an access policy. Those from above and through groups are only reported,
-- since they are not the vault's to take away.
local arm = use "arm"
local access = {}

access.params = {
    vault = {type = "id", help = "resource id of the vault"},
    principal = {type = "guid", help = "object id of the user or application"},
}

local permission = {type = "set", of = {type = "string", nocase = true}, optional = true}

access.state = {
    model = {type = "enum", values = {"policy", "rbac"}},
    policies = {type = "list", of = {type = "record", fields = {
        tenantId = "guid", objectId = "guid", applicationId = "guid?",
        permissions = {type = "record", fields = {
            secrets = permission, keys = permission, certificates = permission, storage = permission,
        }},
    }}},
    assignments = {type = "set", key = "id", of = {type = "record", fields = {
        id = "id", roleDefinitionId = "id", principalId = "guid", principalType = "string?", scope = "id",
        condition = "string?", conditionVersion = "string?", description = "string?",
    }}},
    beyond = {type = "list", of = {type = "record", fields = {id = "id", role = "id", scope = "id", group = "guid?"}}},
}

access.returns = {
    policies = {type = "int", help = "access policy entries that changed"},
    assignments = {type = "int", help = "role assignments that were taken away"},
    beyond = {type = "list", of = "any", help = "assignments from above or through groups, which remain"},
}

-- The entries of a vault's access policy: those of the principal, and those of others.
local function split_policies(vault, principal)
    local own, others = list {}, list {}
    for _, policy in ipairs(vault and vault.properties.accessPolicies or {}) do
        table.insert(text.same(policy.objectId, principal) and own or others, policy)
    end
    return own, others
end

function access.target(p)
    return arm.vault(p.vault)
end

function access.observe(p, read)
    local answers = read:all {
        {"get", arm.vault(p.vault)},
        {"list", arm.role_assignments(p.vault, p.principal)},
    }
    local vault = answers[1]
    if not vault then return nil end
    local assignments, beyond = list {}, list {}
    local by_roles = vault.properties.enableRbacAuthorization
    local policies, others = split_policies(vault, p.principal)
    if by_roles then policies = list {} end
    for _, assignment in ipairs(answers[2] or {}) do
        local it = assignment.properties
        local direct = text.same(it.principalId, p.principal)
        if direct and arm.within(it.scope, p.vault) then
            table.insert(assignments, {id = assignment.id, roleDefinitionId = it.roleDefinitionId,
                principalId = it.principalId, principalType = it.principalType, scope = it.scope,
                condition = it.condition, conditionVersion = it.conditionVersion, description = it.description})
        else
            table.insert(beyond, {id = assignment.id, role = it.roleDefinitionId, scope = it.scope,
                group = not direct and it.principalId or nil})
        end
    end
    return {model = by_roles and "rbac" or "policy", policies = policies, assignments = assignments,
        beyond = beyond, others = others}
end

-- `verb` is add, replace or remove; `sent` what the request names, `left` what this principal has afterwards, `others`
-- the entries of other principals, which stay: together they are what a held request predicts.
function access.change_policies(p, verb, sent, left, others, write)
    if #sent == 0 then return end
    write:put(uri("arm:{+vault}/accessPolicies/{verb}?api-version=2023-07-01", {vault = p.vault, verb = verb}),
        {properties = {accessPolicies = sent}},
        {resource = arm.vault(p.vault), becomes = {properties = {accessPolicies = list.concat(others, left)}}})
end

function access.remove_assignments(from, to, write)
    local keep = {}
    for _, assignment in ipairs(to) do keep[text.lower(assignment.id)] = true end
    for _, assignment in ipairs(from) do
        if not keep[text.lower(assignment.id)] then write:delete(arm.role_assignment(assignment.id)) end
    end
end

-- Puts back, under the same id, what `after` lacks.
function access.restore_assignments(before, after, write)
    local there = {}
    for _, assignment in ipairs(after) do there[text.lower(assignment.id)] = true end
    for _, a in ipairs(before) do
        if not there[text.lower(a.id)] then
            write:put(arm.role_assignment(a.id), {properties = {
                roleDefinitionId = a.roleDefinitionId, principalId = a.principalId, principalType = a.principalType,
                condition = a.condition, conditionVersion = a.conditionVersion, description = a.description,
            }})
        end
    end
end

function access.undo(p, before, after, write)
    if not before or not after then return end
    local _, others = split_policies(write:get(arm.vault(p.vault)), p.principal)
    access.change_policies(p, "replace", before.policies, before.policies, others, write)
    access.restore_assignments(before.assignments, after.assignments, write)
end

function access.result(_, before, after)
    if not before or not after then return {policies = 0, assignments = 0, beyond = list {}} end
    return {policies = #before.policies, assignments = #before.assignments - #after.assignments,
        beyond = after.beyond or before.beyond}
end

return access
