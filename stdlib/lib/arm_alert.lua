-- An alert as the resource that Resource Manager gives, alone or in a list.
local defender = use "defender"

local M = {}

M.is = {
    {has = "properties"},
    {lacks = "operationName"},
    {any = {
        {{has = "type", is = {"Microsoft.Security/Locations/alerts", "Microsoft.Security/alerts"}}},
        {{lacks = "type"}, {has = "id", behind = "Microsoft.Security"}, {has = "id", behind = "alerts"}},
    }},
}

M.reads = defender.join({
    {subscription = "id", behind = "subscriptions"},
    {into = "properties", reads = defender.join({
        {status = "status"}, {component = "productComponentName"}, {type = "alertType"}, {start = "startTimeUtc"},
        {["end"] = "endTimeUtc"}, {severity = "severity"}, {id = "systemAlertId"}, {title = "alertDisplayName"},
        {description = "description"},
    }, defender.parts {identifiers = "resourceIdentifiers", properties = "extendedProperties", entities = "entities",
        evidence = "supportingEvidence"})},
    {id = "name"}, {id = "id", behind = "alerts"},
    {into = "properties", reads = {{id = "alertUri", behind = "alertId"}}},
})

return M
