-- Disables versions of a key. What was encrypted with them cannot be read meanwhile: storage and databases whose
-- key this is stop working until it is enabled again.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.disable_key",
    summary = "Disables the exposed versions of a key",
    since = "0.1.0",
    params = keyvault.params(keyvault.version_params),
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/update/action"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "invoice-signing",
    },

    target = keyvault.target "key",
    state = keyvault.enabled_state,
    observe = keyvault.observe_enabled "key",
    plan = keyvault.plan_disabled,
    apply = keyvault.apply_enabled,
    undo = keyvault.undo_enabled,
}
