-- Deletes a secret with all its versions, where soft delete makes that recoverable; refuses where it does not.
-- It never purges.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.delete_secret",
    summary = "Deletes a secret, recoverably",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "destroy",
    permissions = {"Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        "Microsoft.KeyVault/vaults/secrets/delete", "Microsoft.KeyVault/vaults/secrets/recover/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "sql-prod-connection",
    },

    target = keyvault.target "secret",
    state = keyvault.presence_state,
    observe = keyvault.observe_present "secret",
    plan = keyvault.plan_deleted,
    apply = keyvault.apply_deleted "secret",
    undo = keyvault.undo_deleted "secret",
}
