-- Gives a secret a new value, made in the core and seen by nobody; content type and tags stay. Where the secret opens
-- something else (a database, an API), its owner must then let that accept the new value: the program cannot know how.
local keyvault = use "keyvault"

return primitive {
    name = "keyvault.rotate_secret",
    summary = "Renews a secret with a fresh random value",
    since = "0.1.0",
    params = keyvault.params {
        since = keyvault.since,
        length = {type = "int", default = 40, help = "characters of the new value"},
    },
    returns = {version = "string?", created = "time?"},
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        "Microsoft.KeyVault/vaults/secrets/setSecret/action"},
    repeatable = false,
    since_moment = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "sql-prod-connection",
    },

    target = keyvault.target "secret",
    state = keyvault.rotation_state,
    observe = keyvault.observe_newest "secret",
    plan = keyvault.plan_renewed,
    apply = function(p, before, _, write)
        write:put(keyvault.object(before.base, "secret", p.name),
            {value = new_secret(p.length), contentType = before.contentType, tags = before.tags})
    end,
    undo = irreversible "the old value is exposed and was never read; its version stays in the vault",
    result = keyvault.renewed,
}
