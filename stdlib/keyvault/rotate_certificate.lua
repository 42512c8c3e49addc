-- Makes a new version of a certificate by the certificate's own policy, with a new key. A vault signs its own at once;
-- an issuer outside takes hours or a person: a request that is under way counts as renewed, and `pending` says so.
local keyvault = use "keyvault"

local newest = keyvault.observe_newest "certificate"

local function pending(base, name, read)
    local operation = read:get(keyvault.at(base, "certificate", name, "pending"))
    return operation ~= nil and operation.status == "inProgress"
end

return primitive {
    name = "keyvault.rotate_certificate",
    summary = "Renews a certificate with a new version and key",
    since = "0.1.0",
    params = keyvault.params {since = keyvault.since},
    returns = {version = "string?", created = "time?", pending = "bool"},
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
    observe = function(p, read)
        local state = newest(p, read)
        if state and keyvault.plan_renewed(p, state) ~= state then
            state.pending = pending(state.base, p.name, read) or nil
        end
        return state
    end,
    plan = function(p, before)
        if before and before.pending then return before end
        return keyvault.plan_renewed(p, before)
    end,
    apply = function(p, before, _, write)
        local policy = write:get(keyvault.at(before.base, "certificate", p.name, "policy"))
        if not policy then error("the certificate has no policy: it cannot be issued again") end
        local wanted = {}
        for key, value in pairs(policy) do
            if key ~= "id" and key ~= "attributes" then wanted[key] = value end
        end
        write:post(keyvault.at(before.base, "certificate", p.name, "create"), {policy = wanted},
            {resource = keyvault.object(before.base, "certificate", p.name), becomes = {attributes = {enabled = true}}})
        for _ = 1, 15 do
            if not pending(before.base, p.name, write) then return end
            write:sleep(1000)
        end
    end,
    undo = irreversible "a new version cannot be taken back; the old ones are still in the vault",
    result = function(_, _, after)
        return {version = after and after.version, created = after and after.created,
            pending = after ~= nil and after.pending == true}
    end,
}
