-- The activation of an alert as the activity log records it, read and written: by the REST API (values are pairs of
-- value and localizedValue) or exported (plain texts, ids in upper case). No alert code, no attacked resource: enough
-- to know that there is an alert, which is then fetched. Other records of the log are skipped.
local payload = use "intake"
local facts_of = use "alert_facts"
local kinds = use "alert_kinds"

local M = {}

local operation = "Microsoft.Security/locations/alerts/activate/action"

-- The text of a member that is a text or {value, localizedValue}.
local function plain(item, path, ...)
    local value = payload.get(item, ...)
    if type(value) == "table" and payload.is_map(value) then
        return payload.text(value, payload.at(path, (...)), "value")
    end
    return payload.text(item, path, ...)
end

function M.is_record(item)
    return payload.get(item, "operationName") ~= nil and payload.get(item, "resourceId", "correlationId") ~= nil
end

function M.is_alert(item)
    if not M.is_record(item) then return false end
    local name = payload.get(item, "operationName")
    if type(name) == "table" then name = payload.get(name, "value") end
    return type(name) == "string" and name:lower() == operation:lower()
end

function M.read(item, path)
    local facts = facts_of.new()
    local properties, at = payload.map(item, path, "properties"), payload.at(path, "properties")
    local resource = payload.text(item, path, "resourceId")
    local service = payload.text(properties, at, "attackedResourceType", "resourceType")
    local title = plain(item, path, "eventName") or payload.text(properties, at, "alertDisplayName")
    facts_of.subscription(facts,
        payload.text(item, path, "subscriptionId") or payload.behind(resource, "subscriptions"))
    facts_of.ip(facts, payload.text(properties, at, "attacker IP Address"))
    facts_of.actor(facts, {
        name = payload.text(properties, at, "username", "principal Name"),
        object_id = payload.text(properties, at, "attacker Object ID", "principal Oid"),
    })
    local kind = kinds.of(nil, nil, title)
    if not kind and service and service:lower() == "kubernetes service" then kind = "kubernetes" end
    return facts_of.record(facts, {
        thin = true, kind = kind, raw = item, path = path, title = title, event = plain(item, path, "operationName"),
        id = payload.text(item, path, "correlationId") or payload.text(item, path, "eventDataId")
            or payload.behind(resource, "alerts"),
        description = payload.text(item, path, "description"),
        severity = payload.text(properties, at, "severity"),
        start = payload.time(item, path, "eventTimestamp", "time"), status = plain(item, path, "status", "resultType"),
    })
end

-- `say` writes a value as the form wants it: a pair, or a plain text.
function M.write(alert, say)
    local parts = use "defender_write".parts(alert)
    return map {
        category = say "Security", correlationId = alert.id, eventDataId = alert.id, operationId = alert.id,
        description = alert.description, eventName = say(alert.title), eventTimestamp = alert.start,
        operationName = say(operation), resourceId = parts.path,
        resourceType = say "Microsoft.Security/locations/alerts",
        status = say(alert.status or "Active"), subscriptionId = alert.subscription,
        properties = map {severity = alert.severity, username = alert.actor.name,
            compromisedEntity = alert.resource.name, resourceType = parts.properties.resourceType},
    }
end

return M
