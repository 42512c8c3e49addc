-- A batch of the continuous export: an array. The same hub carries recommendations, scores and so on; those are
-- skipped.
local payload = use "intake"
local defender = use "defender"

return intake {
    name = "eventhub-batch", order = 70,
    matches = function(raw) return payload.is_list(raw) and #raw > 0 and payload.any(raw, defender.is_flat) end,
    alerts = function(raw) return payload.each(raw, defender.is_flat, defender.flat) end,
    sample = function(alert) return list {use "defender_write".export(alert)} end,
}
