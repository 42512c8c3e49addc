-- Brings a deleted key back with all its versions. One that is neither there nor among the deleted is gone for
-- good: then nothing can be done, and this fails.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.recover_key",
    summary = "Recovers a deleted key",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/recover/action",
        "Microsoft.KeyVault/vaults/keys/delete"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-dev",
        name = "old-signing",
    },

    target = keyvault.target "key",
    state = keyvault.recovery_state,
    observe = keyvault.observe_recoverable "key",
    plan = keyvault.plan_recovered,
    apply = keyvault.apply_recovered "key",
    undo = keyvault.undo_recovered "key",
}
