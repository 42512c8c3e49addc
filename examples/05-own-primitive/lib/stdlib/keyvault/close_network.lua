-- Closes a vault to the public network: only private endpoints reach it. Its contents are out of the response's own
-- reach too then, so this comes last.
return primitive {
    name = "keyvault.close_network",
    summary = "Closes a vault to the public network",
    since = "0.1.0",
    params = {vault = {type = "id", help = "resource id of the vault"}},
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/write"},
    repeatable = true,

    target = function(p) return uri("arm:{+vault}?api-version=2023-07-01", p) end,
    state = {properties = {type = "record", fields = {publicNetworkAccess = {type = "string", nocase = true}}}},
    plan = function() return {properties = {publicNetworkAccess = "Disabled"}} end,
}
