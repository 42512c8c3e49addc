-- The activation of an alert in the activity log, as the REST API gives it.
local payload = use "intake"
local log = use "activitylog"

return intake {
    name = "activitylog", order = 6,
    matches = function(raw) return payload.any(raw, log.is_record) end,
    alerts = function(raw) return payload.each(raw, log.is_alert, log.read) end,
    sample = function(alert)
        return log.write(alert, function(value) return value and map {value = value, localizedValue = value} end)
    end,
}
