-- Ends with 6: 'percent-encoding'.
-- A slash in disguise.
return primitive {
    name = "evil.vault_encoded_slash",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:get("arm:/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod?api-version=2023-07-01")
        read:get("https://kv-contoso-prod.vault.azure.net/keys%2F..%2Fsecrets%2Fsql-prod-connection?api-version=7.4")
        return {}
    end,
}
