-- One vault: firewall, permission model, protection against deletion, owner, and whether its audit log is kept. With
-- `principal`, also what that principal may do here: access policies and role assignments, those through groups and
-- from above included.
local arm = use "arm"
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.get_vault",
    summary = "Reads the settings of a vault and what a principal may do there",
    since = "0.1.0",
    params = {
        vault = {type = "id", help = "resource id of the vault"},
        principal = {type = "guid", optional = true, help = "object id of a user or application"},
    },
    returns = keyvault.vault_fields,
    risk = "read",
    permissions = {"Microsoft.KeyVault/vaults/read", "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Authorization/roleAssignments/read"},
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54",
    },

    observe = function(p, read)
        local requests = {{"get", arm.vault(p.vault)}, {"list", arm.diagnostics(p.vault)}}
        if p.principal then table.insert(requests, {"list", arm.role_assignments(p.vault, p.principal)}) end
        local answers = read:all(requests)
        if not answers[1] then error("there is no vault " .. p.vault) end
        return keyvault.describe(answers[1], answers[3], answers[2], p.principal)
    end,
}
