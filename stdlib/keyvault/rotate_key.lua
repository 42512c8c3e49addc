-- Makes a new version of a key, by the key's own rotation policy. Old versions stay valid, since what was encrypted
-- with them needs them; callers that name no version use the new one from now on.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.rotate_key",
    summary = "Renews a key with a new version",
    since = "0.1.0",
    params = keyvault.params {since = keyvault.since},
    returns = {version = "string?", created = "time?"},
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/rotate/action"},
    repeatable = false,
    since_moment = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "invoice-signing",
    },

    target = keyvault.target "key",
    state = keyvault.rotation_state,
    observe = keyvault.observe_newest "key",
    plan = keyvault.plan_renewed,
    apply = function(p, before, _, write)
        local key = keyvault.object(before.base, "key", p.name)
        write:post(keyvault.at(before.base, "key", p.name, "rotate"), nil,
            {resource = key, becomes = {attributes = {enabled = true}}})
    end,
    undo = irreversible "a new version cannot be taken back; the old ones are still there and still valid",
    result = keyvault.renewed,
}
