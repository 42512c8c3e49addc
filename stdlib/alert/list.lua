-- The other alerts about the same resources: an attack seldom raises one alone. Finds the resource id of the alert in
-- hand as well, which an alert record does not carry and a change of its status needs.
local arm = use "arm"
local denied = use "denied"

local function concerns(properties, resources)
    for _, identifier in ipairs(properties.resourceIdentifiers or {}) do
        for _, resource in ipairs(resources) do
            if identifier.azureResourceId and id.same(identifier.azureResourceId, resource) then return true end
        end
    end
    return false
end

return primitive {
    name = "alert.list",
    summary = "Lists the alerts about some resources",
    since = "0.1.0",
    params = {
        subscriptions = {type = "list", of = "guid", help = "where to look"},
        resources = {type = "list", of = "string", default = {}, help = "resource ids that the alerts are about"},
        everything = {type = "bool", default = false, help = "every alert of the subscriptions, whatever it is about"},
        id = {type = "string", optional = true, help = "the alert in hand: its path is returned, and it is not listed"},
    },
    returns = {
        alerts = {type = "list", of = {type = "record", fields = {
            id = "string", path = "id", type = "string?", title = "string?", severity = "string?", status = "string?",
            start = "time?",
        }}},
        open = {type = "int", help = "how many of them are neither resolved nor dismissed"},
        path = {type = "id", optional = true, help = "resource id of the alert in hand"},
        status = {type = "string", optional = true, help = "its status now"},
        denied = denied.field,
    },
    risk = "read",
    permissions = {"Microsoft.Security/alerts/read"},
    example = {
        subscriptions = {"4c37d899-9818-4152-8233-89cea195dbe7"},
        resources = {"/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod"},
    },

    observe = function(p, read)
        local requests = {}
        for _, subscription in ipairs(p.subscriptions) do
            table.insert(requests, {"list", arm.alerts(subscription), denied.ok})
        end
        local answers, result = read:all(requests), {alerts = list {}, open = 0}
        for i = 1, #requests do
            for _, raw in ipairs(answers[i] or {}) do
                local it = raw.properties
                if p.id and (text.same(raw.name, p.id) or text.same(it.systemAlertId or "", p.id)) then
                    result.path, result.status = raw.id, it.status
                elseif p.everything or concerns(it, p.resources) then
                    if it.status == "Active" or it.status == "InProgress" then result.open = result.open + 1 end
                    table.insert(result.alerts, {id = raw.name, path = raw.id, type = it.alertType,
                        title = it.alertDisplayName, severity = it.severity, status = it.status,
                        start = it.startTimeUtc})
                end
            end
        end
        result.denied = denied.any(answers, #requests, "Microsoft.Security/alerts/read")
        return result
    end,
}
