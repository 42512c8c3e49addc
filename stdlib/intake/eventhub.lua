-- An alert of the continuous export to an Event Hub: flat, in Pascal case.
local payload = use "intake"
local defender = use "defender"

return intake {
    name = "eventhub", order = 71,
    matches = function(raw) return payload.any(raw, defender.is_flat) end,
    alerts = function(raw) return payload.each(raw, defender.is_flat, defender.flat) end,
    sample = function(alert) return use "defender_write".export(alert) end,
}
