-- An alert of the continuous export to an Event Hub: flat, in Pascal case.
local defender = use "defender"

return intake {
    name = "eventhub", order = 71,
    is = defender.is_flat, reads = defender.flat,
    sample = function(alert) return use "defender_write".export(alert) end,
}
