-- An event that Microsoft Graph sends through Event Grid (CloudEvents): only the alert's id in Graph and the tenant.
-- The subscription in it is Graph's own (of the notification), not one of Azure.
local payload = use "intake"
local facts_of = use "alert_facts"

local function is_event(item)
    return payload.get(item, "specversion") ~= nil and payload.get(item, "type") ~= nil
end

local function is_alert(item)
    local name = payload.maybe(item, "type")
    return is_event(item) and name ~= nil and name:lower():sub(1, 21) == "microsoft.graph.alert"
end

local function read(item, path)
    local facts = facts_of.new()
    local event = payload.text(item, path, "type")
    local data, at = payload.map(item, path, "data"), payload.at(path, "data")
    facts_of.tenant(facts, payload.text(data, at, "tenantId"))
    local id = payload.text(data, at, "resource")
        or payload.text(payload.map(data, at, "resourceData"), payload.at(at, "resourceData"), "id")
    return facts_of.record(facts, {thin = true, id = id, event = event, raw = item, path = path})
end

return intake {
    name = "eventgrid", order = 50,
    matches = function(raw) return payload.any(raw, is_event) end,
    alerts = function(raw) return payload.each(raw, is_alert, read) end,
    sample = function(alert)
        return map {
            id = alert.id, type = "Microsoft.Graph.AlertCreated", source = "/tenants/" .. (alert.tenant or ""),
            subject = "Alert/" .. alert.id, time = alert["end"], datacontenttype = "application/json",
            specversion = "1.0", data = map {resource = alert.id, changeType = "updated", tenantId = alert.tenant,
                resourceData = map {id = alert.id}},
        }
    end,
}
