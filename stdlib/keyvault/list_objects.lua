-- Every object of some vaults that can be renewed: for when nobody can say what was read, and all of it counts as
-- read. Names and attributes only. Keys and secrets that belong to a certificate come with the certificate.
local keyvault = use "keyvault"
local touched = use "touched"

local kinds = {"secret", "key", "certificate"}

return primitive {
    name = "keyvault.list_objects",
    summary = "Lists every secret, key and certificate of vaults",
    since = "0.1.0",
    params = {
        vaults = {type = "list", of = "any",
            help = "the vaults, as keyvault.list_vaults gives them; without uri a vault is read first"},
    },
    returns = {objects = {type = "list", of = touched.object}},
    risk = "read",
    permissions = {"Microsoft.KeyVault/vaults/secrets/readMetadata/action", "Microsoft.KeyVault/vaults/keys/read",
        "Microsoft.KeyVault/vaults/certificates/read"},
    example = {
        vaults = {{id = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"}},
    },

    observe = function(p, read)
        local requests, vaults = {}, {}
        for _, vault in ipairs(p.vaults) do
            local base = keyvault.base({vault = vault.id, uri = vault.uri}, read)
            if base then
                table.insert(vaults, {id = vault.id, uri = base})
                for _, kind in ipairs(kinds) do table.insert(requests, {"list", keyvault.all(base, kind)}) end
            end
        end
        local answers, objects = read:all(requests), list {}
        for i, vault in ipairs(vaults) do
            for k = 1, #kinds do
                for _, entry in ipairs(answers[(i - 1) * #kinds + k] or {}) do
                    local id = entry.kid or entry.id
                    local found = keyvault.split(id)
                    if not entry.managed then
                        table.insert(objects, {kind = found.kind, vault = vault.id, vault_name = found.vault,
                            uri = vault.uri, name = found.name, id = id, operations = 0})
                    end
                end
            end
        end
        return {objects = objects}
    end,
}
