-- A page of alerts as Resource Manager lists them: value and nextLink.
local alerts = use "arm_alert"

return intake {
    name = "arm-list", order = 1,
    wrapper = "value", is = alerts.is, reads = alerts.reads,
    sample = function(alert) return map {value = list {use "arm_write".write(alert)}} end,
}
