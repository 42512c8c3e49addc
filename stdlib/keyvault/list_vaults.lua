-- The vaults among the resources of an alert, read side by side. Alerts may name machines or subscriptions too: those
-- are passed over. `names` are vaults known by host name only, as they stand in a log; they are looked for in the
-- subscriptions of the profile. What is nowhere is listed as missing (sample alerts name vaults that do not exist).
local arm = use "arm"
local keyvault = use "keyvault"

local function is_vault(id)
    return text.contains(text.lower(id), "/providers/microsoft.keyvault/vaults/")
end

return primitive {
    name = "keyvault.list_vaults",
    summary = "Reads the vaults that an alert names",
    since = "0.1.0",
    params = {
        ids = {type = "list", of = "string", help = "resource ids; those of no vault are passed over"},
        principal = {type = "guid", optional = true, help = "object id of a user or application"},
    },
    returns = {
        found = {type = "list", of = {type = "record", fields = keyvault.vault_fields}},
        missing = {type = "list", of = "string"},
        logged = {type = "bool", help = "do all of them keep an audit log?"},
    },
    risk = "read",
    permissions = {"Microsoft.KeyVault/vaults/read", "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Authorization/roleAssignments/read"},
    example = {
        ids = {"/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"},
        principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54",
    },

    observe = function(p, read)
        local ids, missing = list {}, list {}
        for _, id in ipairs(p.ids) do
            if is_vault(id) then table.insert(ids, id) end
        end
        local requests, each = {}, p.principal and 3 or 2
        for _, id in ipairs(ids) do
            table.insert(requests, {"get", arm.vault(id)})
            table.insert(requests, {"list", arm.diagnostics(id)})
            if p.principal then table.insert(requests, {"list", arm.role_assignments(id, p.principal)}) end
        end
        local answers = #requests > 0 and read:all(requests) or {}
        local found, logged = list {}, true
        for i, id in ipairs(ids) do
            local at = (i - 1) * each
            if answers[at + 1] then
                local vault = keyvault.describe(answers[at + 1], p.principal and answers[at + 3] or nil,
                    answers[at + 2], p.principal)
                logged = logged and vault.logged
                table.insert(found, vault)
            else
                table.insert(missing, id)
            end
        end
        return {found = found, missing = missing, logged = logged and #found > 0}
    end,
}
