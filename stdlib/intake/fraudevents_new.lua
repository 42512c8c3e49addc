-- Fraud events of Partner Center in the new model: GET /v1/fraudEvents with the header X-NewEventsModel.
local payload = use "intake"
local events = use "fraudevents"
local partner = use "partner"

local function is_new(item)
    return events.is_event(item) and payload.get(item, "eventType") ~= nil
end

return intake {
    name = "fraudevents-new", order = 40,
    matches = function(raw) return payload.any(raw, is_new) end,
    alerts = function(raw) return payload.each(raw, events.is_event, events.read) end,
    sample = function(alert)
        local event = events.write(alert)
        event.eventType, event.severity, event.confidenceLevel = alert.type, alert.severity, alert.confidence
        event.displayName, event.description = alert.title, alert.description
        event.affectedResources = partner.write_affected(alert, "azureResourceId", "type")
        event.additionalDetails = partner.write_details(alert)
        event.IsTest, event.activityLogs = alert.simulated and "true" or "false", "[]"
        return list {map(event)}
    end,
}
