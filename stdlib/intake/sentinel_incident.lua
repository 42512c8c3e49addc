-- A Sentinel incident as its trigger hands it over: one record for each alert in it, since an incident can hold alerts
-- of several kinds and each is answered by itself. Entities belong to the incident: they are an alert's when it is the
-- only one; among several, only what an alert itself names is taken for its own.
local sentinel = use "sentinel"

return intake {
    name = "sentinel-incident", order = 20,
    is = {{has = "objectSchemaType", is = {"Incident"}}, {has = "object", a = "map"}},
    within = {"object", "properties", "alerts"}, alerts = sentinel.is, reads = sentinel.reads,
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
