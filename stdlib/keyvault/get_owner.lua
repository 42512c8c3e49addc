-- Whom to write to about a vault: the owner in its tags, else the one in the register, else the security contact.
-- A tag counts only where it is an address that the register knows: anybody who may write tags could name himself.
local owner = use "owner"

return primitive {
    name = "keyvault.get_owner",
    summary = "Finds whom to write to about a vault",
    since = "0.1.0",
    params = {
        vault = {type = "id", help = "resource id of the vault"},
        tagged = {type = "string", optional = true, help = "the owner that its tags name"},
    },
    returns = {mail = "string?", name = "string?", source = {type = "enum", values = {"tag", "register", "none"}}},
    risk = "read",
    permissions = {},
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
    },

    observe = function(p, _)
        return owner.named(p.vault, p.tagged) or owner.nobody()
    end,
}
