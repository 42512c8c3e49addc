-- An alert as the resource that Resource Manager gives.
local alerts = use "arm_alert"

return intake {
    name = "arm", order = 2,
    is = alerts.is, reads = alerts.reads,
    sample = function(alert) return use "arm_write".write(alert) end,
}
