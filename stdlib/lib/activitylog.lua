-- The activation of an alert as the activity log records it, read and written: by the REST API (values are pairs of
-- value and localizedValue) or exported (plain texts, ids in upper case). No alert code, no attacked resource: enough
-- to know that there is an alert, which is then fetched. Other records of the log are skipped.
local M = {}

local operation = "Microsoft.Security/locations/alerts/activate/action"

M.is = {{has = "operationName"}, {has = {"resourceId", "correlationId"}}}
M.alerts = {{any = {
    {{has = "operationName", is = {operation}}, M.is[2]},
    {{has = "operationName/value", is = {operation}}, M.is[2]},
}}}

M.reads = {
    {subscription = "subscriptionId"}, {subscription = "resourceId", behind = "subscriptions"},
    {title = {"eventName/value", "eventName"}},
    {into = "properties", reads = {
        {title = "alertDisplayName"}, {component = {"attackedResourceType", "resourceType"}},
        {ip = "attacker IP Address"}, {severity = "severity"},
        {actor = {name = {"username", "principal Name"}, object_id = {"attacker Object ID", "principal Oid"}}},
    }},
    {event = {"operationName/value", "operationName"}}, {id = {"correlationId", "eventDataId"}},
    {id = "resourceId", behind = "alerts"}, {description = "description"},
    {start = {"eventTimestamp", "time"}}, {status = {"status/value", "status", "resultType"}},
}

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
