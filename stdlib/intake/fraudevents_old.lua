-- Fraud events of Partner Center in the old model: no type, severity, confidence or text, and they still count.
local events = use "fraudevents"

return intake {
    name = "fraudevents-old", order = 41,
    is = events.is, reads = events.reads,
    sample = function(alert) return list {map(events.write(alert))} end,
}
