-- Leaves a principal at a vault only harmless rights: of each access policy entry the permissions that `keep` names,
-- of the role assignments at the vault those of the roles that only read names and settings.
local access = use "access"

-- Key Vault Reader and Reader: both see metadata, no contents.
local harmless = {"21090545-7ca7-4776-b22c-e363652d74d2", "acdd72a7-3385-48ef-bd42-f606fba81ae7"}

local function kept(permissions, keep)
    if not permissions then return nil end
    local left = list {}
    for _, word in ipairs(keep) do
        for _, had in ipairs(permissions) do
            if text.same(had, word) or text.same(had, "all") then
                table.insert(left, word)
                break
            end
        end
    end
    return left
end

local function is_harmless(assignment)
    for _, role in ipairs(harmless) do
        if text.ends(text.lower(assignment.roleDefinitionId), role) then return true end
    end
    return false
end

return primitive {
    name = "keyvault.restrict_principal",
    summary = "Leaves a principal only harmless rights at a vault",
    since = "0.1.0",
    params = {
        vault = access.params.vault,
        principal = access.params.principal,
        keep = {type = "list", of = "string", default = list {"list"}, help = "permissions that stay"},
    },
    returns = access.returns,
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/accessPolicies/write",
        "Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.Authorization/roleAssignments/write"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54",
    },

    target = access.target,
    state = access.state,
    observe = access.observe,
    plan = function(p, before)
        if not before then return nil end
        local policies, assignments = list {}, list {}
        for _, policy in ipairs(before.policies) do
            local had = policy.permissions
            table.insert(policies, {tenantId = policy.tenantId, objectId = policy.objectId,
                applicationId = policy.applicationId, permissions = {
                    secrets = kept(had.secrets, p.keep), keys = kept(had.keys, p.keep),
                    certificates = kept(had.certificates, p.keep), storage = kept(had.storage, p.keep),
                }})
        end
        for _, assignment in ipairs(before.assignments) do
            if is_harmless(assignment) then table.insert(assignments, assignment) end
        end
        return {policies = policies, assignments = assignments}
    end,
    apply = function(p, before, desired, write)
        access.change_policies(p, "replace", desired.policies, desired.policies, before.others, write)
        access.remove_assignments(before.assignments, desired.assignments, write)
    end,
    undo = access.undo,
    result = access.result,
}
