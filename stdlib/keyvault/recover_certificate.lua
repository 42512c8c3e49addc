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
        vault = "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-dev",
        name = "old-site",
    },

    target = keyvault.target "certificate",
    state = keyvault.recovery_state,
    observe = keyvault.observe_recoverable "certificate",
    plan = keyvault.plan_recovered,
    apply = keyvault.apply_recovered "certificate",
    undo = keyvault.undo_recovered "certificate",
}
