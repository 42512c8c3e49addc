-- Brings a deleted secret back with all its versions. One that is neither there nor among the deleted is gone for
-- good: then nothing can be done, and this fails.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.recover_secret",
    summary = "Recovers a deleted secret",
    since = "0.1.0",
    params = keyvault.params(),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        "Microsoft.KeyVault/vaults/secrets/recover/action", "Microsoft.KeyVault/vaults/secrets/delete"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-dev",
        name = "old-token",
    },

    target = keyvault.target "secret",
    state = keyvault.recovery_state,
    observe = keyvault.observe_recoverable "secret",
    plan = keyvault.plan_recovered,
    apply = keyvault.apply_recovered "secret",
    undo = keyvault.undo_recovered "secret",
}
