-- Whether a vault keeps its audit log, and where. Without it nobody can say afterwards what was read.
local arm = use "arm"
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.get_diagnostics",
    summary = "Reads where a vault sends its audit log",
    since = "0.1.0",
    params = {vault = {type = "id", help = "resource id of the vault"}},
    returns = {logged = "bool", workspaces = {type = "list", of = "string"}},
    risk = "read",
    permissions = {"Microsoft.Insights/diagnosticSettings/read"},
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
    },

    observe = function(p, read)
        local settings = read:list(arm.diagnostics(p.vault)) or list {}
        local workspaces = list {}
        for _, setting in ipairs(settings) do
            if setting.properties.workspaceId then table.insert(workspaces, setting.properties.workspaceId) end
        end
        return {logged = keyvault.logged(settings), workspaces = workspaces}
    end,
}
