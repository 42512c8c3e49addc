-- A page of alerts as Resource Manager lists them: value and nextLink.
local payload = use "intake"
local alerts = use "arm_alert"

return intake {
    name = "arm-list", order = 1,
    matches = function(raw)
        return payload.is_map(raw) and payload.get(raw, "value") ~= nil and payload.any(raw, alerts.is_alert)
    end,
    alerts = function(raw) return payload.each(raw, alerts.is_alert, alerts.read) end,
    sample = function(alert) return map {value = list {use "arm_write".write(alert)}} end,
}
