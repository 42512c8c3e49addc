-- Deletes a key with all its versions, where soft delete makes that recoverable; refuses where it does not.
-- It never purges.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.delete_key",
    summary = "Deletes a key, recoverably",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "destroy",
    permissions = {"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/delete",
        "Microsoft.KeyVault/vaults/keys/recover/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "invoice-signing",
    },

    target = keyvault.target "key",
    state = keyvault.presence_state,
    observe = keyvault.observe_present "key",
    plan = keyvault.plan_deleted,
    apply = keyvault.apply_deleted "key",
    undo = keyvault.undo_deleted "key",
}
