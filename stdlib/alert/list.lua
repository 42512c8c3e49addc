-- The other alerts about the same resources: an attack seldom raises one alone. Finds the resource id of the alert in
-- hand as well, which an alert record does not carry and a change of its status needs.
local arm = use "arm"
local denied = use "denied"
local kinds = use "alert_kinds"

local function concerns(properties, resources)
    for _, identifier in ipairs(properties.resourceIdentifiers or {}) do
        for _, resource in ipairs(resources) do
            if identifier.azureResourceId and id.same(identifier.azureResourceId, resource) then return true end
        end
    end
    return false
end

local delay_field = {type = "int", optional = true, help = "minutes from its begin until the service showed it"}

local function delay_of(properties)
    local start, shown = properties.startTimeUtc, properties.timeGeneratedUtc
    return start and shown and time.between(start, shown) // 60
end

local function matches(patterns, word)
    for _, pattern in ipairs(patterns) do
        if text.glob(pattern, word or "") then return true end
    end
    return false
end

-- Made to see whether alerts arrive (interp/intake/kind.c judges an alert in hand in the same way).
local function is_test(properties)
    local said = properties.extendedProperties or {}
    return matches(kinds.tests.codes, properties.alertType) or matches(kinds.tests.titles, properties.alertDisplayName)
        or text.starts(text.lower(properties.alertType or ""), "k8s") and matches(kinds.tests.workloads, said.namespace)
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
            start = "time?", delay = delay_field,
            test = {type = "bool", help = "made for a test, and no threat"},
        }}},
        open = {type = "int", help = "how many of them are neither resolved nor dismissed"},
        path = {type = "id", optional = true, help = "resource id of the alert in hand"},
        delay = delay_field,
        state = {type = "string", optional = true, help = "its status now"},
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
                    result.path, result.state, result.delay = raw.id, it.status, delay_of(it)
                elseif p.everything or concerns(it, p.resources) then
                    if list.contains({"active", "inprogress"}, text.lower(it.status or "")) then
                        result.open = result.open + 1
                    end
                    table.insert(result.alerts, {id = raw.name, path = raw.id, type = it.alertType,
                        title = it.alertDisplayName, severity = it.severity, status = it.status,
                        start = it.startTimeUtc, delay = delay_of(it), test = is_test(it)})
                end
            end
        end
        result.denied = denied.any(answers, #requests, "Microsoft.Security/alerts/read")
        return result
    end,
}
