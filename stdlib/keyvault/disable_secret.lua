-- Disables versions of a secret: nobody can read their values any more. The value itself is never read.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.disable_secret",
    summary = "Disables the exposed versions of a secret",
    since = "0.1.0",
    params = keyvault.params(keyvault.version_params),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        "Microsoft.KeyVault/vaults/secrets/update/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "sql-prod-connection",
    },

    target = keyvault.target "secret",
    state = keyvault.enabled_state,
    observe = keyvault.observe_enabled "secret",
    plan = keyvault.plan_disabled,
    apply = keyvault.apply_enabled,
    undo = keyvault.undo_enabled,
}
