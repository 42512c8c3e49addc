-- Disables versions of a certificate, and with each the key and the secret that belong to it.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.disable_certificate",
    summary = "Disables the exposed versions of a certificate",
    since = "0.1.0",
    params = keyvault.params(keyvault.version_params),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/certificates/read",
        "Microsoft.KeyVault/vaults/certificates/update/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "wildcard-contoso-com",
    },

    target = keyvault.target "certificate",
    state = keyvault.enabled_state,
    observe = keyvault.observe_enabled "certificate",
    plan = keyvault.plan_disabled,
    apply = keyvault.apply_enabled,
    undo = keyvault.undo_enabled,
}
