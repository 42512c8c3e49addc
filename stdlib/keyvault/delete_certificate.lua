-- Deletes a certificate with all its versions, where soft delete makes that recoverable; refuses where it does not.
-- It never purges.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.delete_certificate",
    summary = "Deletes a certificate, recoverably",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "destroy",
    permissions = {"Microsoft.KeyVault/vaults/certificates/read", "Microsoft.KeyVault/vaults/certificates/delete",
        "Microsoft.KeyVault/vaults/certificates/recover/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "wildcard-contoso-com",
    },

    target = keyvault.target "certificate",
    state = keyvault.presence_state,
    observe = keyvault.observe_present "certificate",
    plan = keyvault.plan_deleted,
    apply = keyvault.apply_deleted "certificate",
    undo = keyvault.undo_deleted "certificate",
}
