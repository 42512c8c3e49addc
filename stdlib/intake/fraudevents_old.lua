-- Fraud events of Partner Center in the old model: no type, severity, confidence or text, and they still count.
local payload = use "intake"
local events = use "fraudevents"

return intake {
    name = "fraudevents-old", order = 41,
    matches = function(raw) return payload.any(raw, events.is_event) end,
    alerts = function(raw) return payload.each(raw, events.is_event, events.read) end,
    sample = function(alert) return list {map(events.write(alert))} end,
}
