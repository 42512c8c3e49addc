-- Takes away everything that a principal was given at a vault: its access policies, and its role assignments at the
-- vault and beneath it. What it has read it has read: the objects must be renewed as well.
local access = use "access"

return primitive {
    name = "keyvault.remove_principal",
    summary = "Takes a principal's rights at a vault away",
    since = "0.1.0",
    params = access.params,
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
    plan = function(_, before)
        if not before then return nil end
        return {policies = list {}, assignments = list {}}
    end,
    -- An entry of a policy goes away when exactly the permissions that it has are removed.
    apply = function(p, before, desired, write)
        access.change_policies(p, "remove", before.policies, desired.policies, before.others, write)
        access.remove_assignments(before.assignments, desired.assignments, write)
    end,
    undo = access.undo,
    result = access.result,
}
