-- An alert as the resource that Resource Manager gives.
local payload = use "intake"
local facts_of = use "alert_facts"
local defender = use "defender"

local M = {}

function M.is_alert(item)
    local kind, id = payload.maybe(item, "type"), payload.maybe(item, "id")
    local properties = payload.get(item, "properties")
    if properties == nil or payload.get(item, "operationName") ~= nil then return false end
    kind = kind and kind:lower()
    if kind == "microsoft.security/locations/alerts" or kind == "microsoft.security/alerts" then return true end
    return kind == nil and id ~= nil and payload.behind(id, "alerts") ~= nil
        and text.contains(id:sub(1, 4096):lower(), "/providers/microsoft.security/")
end

function M.read(item, root)
    local facts = facts_of.new()
    local path = payload.text(item, root, "id")
    local name = payload.text(item, root, "name")
    local at = payload.at(root, "properties")
    local properties = payload.map(item, root, "properties")
    local given = {
        status = payload.text(properties, at, "status"),
        component = payload.text(properties, at, "productComponentName"),
        type = payload.text(properties, at, "alertType"),
        start = payload.time(properties, at, "startTimeUtc"),
        stop = payload.time(properties, at, "endTimeUtc"),
        severity = payload.text(properties, at, "severity"),
        id = payload.text(properties, at, "systemAlertId") or name,
        raw = item, path = root,
    }
    payload.flag(properties, at, "isIncident")
    local identifiers = payload.maps(properties, at, "resourceIdentifiers")
    given.title = payload.text(properties, at, "alertDisplayName")
    given.description = payload.text(properties, at, "description")
    local extended = payload.map(properties, at, "extendedProperties")
    local entities = payload.maps(properties, at, "entities")
    local uri = payload.text(properties, at, "alertUri")
    given.id = given.id or payload.behind(path, "alerts") or payload.behind(uri, "alertId")
    given.entities, given.main = defender.read(facts, {
        identifiers = identifiers, identifiers_path = payload.at(at, "resourceIdentifiers"),
        properties = extended, properties_path = payload.at(at, "extendedProperties"),
        entities = entities, entities_path = payload.at(at, "entities"),
        evidence = payload.get(properties, "supportingEvidence"),
    })
    facts_of.subscription(facts, payload.behind(path, "subscriptions"))
    return facts_of.record(facts, given)
end

return M
