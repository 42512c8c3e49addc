-- Fraud events of Partner Center in the new model: GET /v1/fraudEvents with the header X-NewEventsModel.
local events = use "fraudevents"
local partner = use "partner"

return intake {
    name = "fraudevents-new", order = 40,
    is = {events.is[1], events.is[2], {has = "eventType"}}, alerts = events.is, reads = events.reads,
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
