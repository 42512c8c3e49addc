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
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "sql-prod-connection",
    },

    target = keyvault.target "secret",
    state = keyvault.recovery_state,
    observe = keyvault.observe_recoverable "secret",
    plan = keyvault.plan_recovered,
    apply = keyvault.apply_recovered "secret",
    undo = keyvault.undo_recovered "secret",
}
