-- An alert as the resource that Resource Manager gives.
local payload = use "intake"
local alerts = use "arm_alert"

return intake {
    name = "arm", order = 2,
    matches = function(raw) return payload.any(raw, alerts.is_alert) end,
    alerts = function(raw) return payload.each(raw, alerts.is_alert, alerts.read) end,
    sample = function(alert) return use "arm_write".write(alert) end,
}
