-- Brings a deleted certificate back with all its versions. One that is neither there nor among the deleted is gone for
-- good: then nothing can be done, and this fails.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.recover_certificate",
    summary = "Recovers a deleted certificate",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/certificates/read",
        "Microsoft.KeyVault/vaults/certificates/recover/action", "Microsoft.KeyVault/vaults/certificates/delete"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "wildcard-contoso-com",
    },

    target = keyvault.target "certificate",
    state = keyvault.recovery_state,
    observe = keyvault.observe_recoverable "certificate",
    plan = keyvault.plan_recovered,
    apply = keyvault.apply_recovered "certificate",
    undo = keyvault.undo_recovered "certificate",
}
