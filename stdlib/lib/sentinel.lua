-- One alert as Sentinel keeps it, alone or inside an incident: kind SecurityAlert, with the extended properties under
-- additionalData, and entities that belong to the incident.
local payload = use "intake"
local facts_of = use "alert_facts"
local defender = use "defender"

local M = {}

function M.is_alert(item)
    local kind = payload.maybe(item, "kind")
    return kind ~= nil and kind:lower() == "securityalert" and payload.get(item, "properties") ~= nil
end

-- Entities as defender.lua reads them: their kind beside their properties.
local function entities_of(related)
    local found = {}
    for _, item in ipairs(related) do
        local properties = payload.get(item, "properties")
        if type(properties) == "table" and payload.is_map(properties) then
            local entity = {kind = payload.maybe(item, "kind")}
            for key, value in pairs(properties) do entity[key] = value end
            table.insert(found, map(entity))
        end
    end
    return found
end

-- `path` is where the alert stands, `related` the entities that are this alert's.
function M.alert(item, path, related, event)
    local at = payload.at(path, "properties")
    local properties = payload.map(item, path, "properties")
    local facts = facts_of.new()
    local given = {
        id = payload.text(properties, at, "providerAlertId") or payload.text(properties, at, "systemAlertId")
            or payload.text(item, path, "name"),
        title = payload.text(properties, at, "alertDisplayName"),
        description = payload.text(properties, at, "description"),
        confidence = payload.text(properties, at, "confidenceLevel"),
        severity = payload.text(properties, at, "severity"),
        component = payload.text(properties, at, "productComponentName"),
        type = payload.text(properties, at, "alertType"),
        status = payload.text(properties, at, "status"),
        stop = payload.time(properties, at, "endTimeUtc"),
        start = payload.time(properties, at, "startTimeUtc"),
        event = event, raw = item, path = path,
    }
    given.id = given.id or payload.behind(payload.text(properties, at, "alertLink"), "alertId")
    local additional = payload.map(properties, at, "additionalData")
    given.component = given.component or payload.maybe(additional, "ProductComponentName")
    given.entities, given.main = defender.read(facts, {
        identifiers = payload.maps(properties, at, "resourceIdentifiers"),
        identifiers_path = payload.at(at, "resourceIdentifiers"),
        properties = additional, properties_path = payload.at(at, "additionalData"),
        entities = entities_of(related), entities_path = "relatedEntities",
    })
    return facts_of.record(facts, given)
end

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
        table.insert(found, thing(alert, id, "AzureResource", {resourceId = id}))
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
