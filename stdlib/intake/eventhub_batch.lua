-- A batch of the continuous export: an array. The same hub carries recommendations, scores and so on; those are
-- skipped.
local defender = use "defender"

return intake {
    name = "eventhub-batch", order = 70,
    wrapper = "list", is = defender.is_flat, reads = defender.flat,
    sample = function(alert) return list {use "defender_write".export(alert)} end,
}
