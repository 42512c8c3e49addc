-- Makes a new version of a certificate by the certificate's own policy, with a new key, and waits until the issuer has
-- signed it. An issuer outside the vault ("Unknown") waits for a person to merge the signed certificate: then this
-- fails as not verified, with the request open in the vault.
local keyvault = use "keyvault"

local function wait_for_issuer(base, name, write)
    for _ = 1, 60 do
        local pending = write:get(keyvault.at(base, "certificate", name, "pending"))
        if not pending or pending.status ~= "inProgress" then return end
        write:sleep(1000)
    end
end

return primitive {
    name = "keyvault.rotate_certificate",
    summary = "Renews a certificate with a new version and key",
    since = "0.1.0",
    params = keyvault.params {since = keyvault.since},
    returns = {version = "string?", created = "time?"},
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/certificates/read",
        "Microsoft.KeyVault/vaults/certificates/create/action"},
    repeatable = false,
    since_moment = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        name = "wildcard-contoso-com",
    },

    target = keyvault.target "certificate",
    state = keyvault.rotation_state,
    observe = keyvault.observe_newest "certificate",
    plan = keyvault.plan_renewed,
    apply = function(p, before, _, write)
        local policy = write:get(keyvault.at(before.base, "certificate", p.name, "policy"))
        if not policy then error("the certificate has no policy: it cannot be issued again") end
        local wanted = {}
        for key, value in pairs(policy) do
            if key ~= "id" and key ~= "attributes" then wanted[key] = value end
        end
        write:post(keyvault.at(before.base, "certificate", p.name, "create"), {policy = wanted},
            {resource = keyvault.object(before.base, "certificate", p.name), becomes = {attributes = {enabled = true}}})
        wait_for_issuer(before.base, p.name, write)
    end,
    undo = irreversible "a new version cannot be taken back; the old ones are still in the vault",
    result = keyvault.renewed,
}
