-- A Sentinel incident as its trigger hands it over: one record for each alert in it, since an incident can hold alerts
-- of several kinds and each is answered by itself. Entities belong to the incident: they are an alert's when it is the
-- only one; among several, only what an alert itself names is taken for its own.
local payload = use "intake"
local sentinel = use "sentinel"

local function is_incident(item)
    local object = payload.get(item, "object")
    local schema = payload.maybe(item, "objectSchemaType")
    return type(object) == "table" and payload.is_map(object) and schema ~= nil and schema:lower() == "incident"
end

local function read(item, path, records)
    local object = payload.map(item, path, "object")
    local properties = payload.map(object, payload.at(path, "object"), "properties")
    local at = payload.at(path, "object.properties")
    local alerts = payload.maps(properties, at, "alerts")
    local related = payload.maps(properties, at, "relatedEntities")
    local event = payload.text(item, path, "objectEventType")
    local found = 0
    for _, alert in ipairs(alerts) do
        if sentinel.is_alert(alert) then found = found + 1 end
    end
    for index, alert in ipairs(alerts) do
        if sentinel.is_alert(alert) then
            local here = payload.nth(payload.at(at, "alerts"), index)
            table.insert(records, sentinel.alert(alert, here, found == 1 and related or {}, event))
        end
    end
end

return intake {
    name = "sentinel-incident", order = 20,
    matches = function(raw) return payload.any(raw, is_incident) end,
    alerts = function(raw)
        local records = {}
        for _, item in ipairs(payload.items(raw)) do
            if is_incident(item.value) then read(item.value, item.path, records) end
        end
        return list(records)
    end,
    sample = function(alert)
        return map {
            objectSchemaType = "Incident", objectEventType = alert.event or "Create",
            object = map {
                name = sentinel.guid(alert.id .. "incident"), type = "Microsoft.SecurityInsights/Incidents",
                properties = map {
                    title = alert.title, description = alert.description, severity = alert.severity, status = "New",
                    firstActivityTimeUtc = alert.start, lastActivityTimeUtc = alert["end"],
                    alerts = list {sentinel.write(alert)}, relatedEntities = sentinel.related(alert),
                },
            },
        }
    end,
}
