-- One alert as Sentinel keeps it, alone or inside an incident: kind SecurityAlert, with the extended properties under
-- additionalData, and entities that belong to the incident.
local defender = use "defender"

local M = {}

M.is = {{has = "kind", is = {"SecurityAlert"}}, {has = "properties"}}

-- The entities of an incident are an alert's when it is the only one in it.
M.reads = defender.join({
    {into = "properties", reads = defender.join({
        {id = {"providerAlertId", "systemAlertId"}}, {title = "alertDisplayName"}, {description = "description"},
        {confidence = "confidenceLevel"}, {severity = "severity"}, {component = "productComponentName"},
        {type = "alertType"}, {status = "status"}, {["end"] = "endTimeUtc"}, {start = "startTimeUtc"},
        {into = "additionalData", reads = {{component = "ProductComponentName", loose = true}}},
    }, defender.parts {identifiers = "resourceIdentifiers", properties = "additionalData",
        entities = {entities = "object/properties/relatedEntities", outer = true, alone = true, by = "kind",
            unfold = "properties"}})},
    {id = "name"},
    {into = "properties", reads = {{id = "alertLink", behind = "alertId"}}},
    {event = "objectEventType", outer = true},
})

local base = "/providers/Microsoft.OperationalInsights/workspaces/law-contoso-soc/providers/Microsoft.SecurityInsights/"

local function thing(alert, key, kind, properties)
    local name = M.guid(alert.id .. key)
    return map {id = "/subscriptions/" .. (alert.subscription or "") .. "/resourceGroups/rg-soc" .. base .. "Entities/"
        .. name, name = name, type = "Microsoft.SecurityInsights/Entities", kind = kind, properties = map(properties)}
end

-- A GUID that is the same for the same text.
function M.guid(seed)
    local hex = digest(seed):sub(-32)
    return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-" .. hex:sub(13, 16) .. "-" .. hex:sub(17, 20) .. "-"
        .. hex:sub(21, 32)
end

function M.write(alert)
    local writing = use "defender_write"
    local parts = writing.parts(alert)
    return thing(alert, "alert", "SecurityAlert", {
        systemAlertId = M.guid(alert.id .. "alert"), providerAlertId = alert.id, alertDisplayName = alert.title,
        description = alert.description, confidenceLevel = alert.confidence or "Unknown", severity = alert.severity,
        vendorName = "Microsoft", productName = "Azure Security Center", productComponentName = parts.component,
        alertType = alert.type, processingEndTime = alert["end"], status = alert.status or "New",
        endTimeUtc = alert["end"], startTimeUtc = alert.start, timeGenerated = alert["end"], alertLink = parts.uri,
        compromisedEntity = alert.resource.name, resourceIdentifiers = parts.every_identifier,
        additionalData = writing.pascal(parts.properties), friendlyName = alert.title,
    })
end

-- The entities of an incident that holds this one alert.
function M.related(alert)
    local writing = use "defender_write"
    local found = {}
    for _, id in ipairs(alert.resources) do
        local parts = text.split(id, "/")
        local name = parts[#parts]
        if list.contains(alert.hosts, name) then
            table.insert(found, thing(alert, id, "Host", {hostName = name, azureID = id}))
        else
            table.insert(found, thing(alert, id, "AzureResource", {resourceId = id}))
        end
    end
    for number, actor in ipairs(alert.actors) do
        if actor.name or actor.object_id then
            local name, suffix = writing.sides(actor.name)
            table.insert(found, thing(alert, "actor" .. number, "Account", {accountName = name, upnSuffix = suffix,
                aadTenantId = alert.tenant, aadUserId = actor.object_id}))
        end
    end
    for _, address in ipairs(alert.ips) do
        table.insert(found, thing(alert, address, "Ip", {address = address}))
    end
    return list(found)
end

return M
