-- The activation of an alert in the activity log, as the REST API gives it.
local log = use "activitylog"

return intake {
    name = "activitylog", order = 6,
    thin = true, is = log.is, alerts = log.alerts, reads = log.reads,
    sample = function(alert)
        return log.write(alert, function(value) return value and map {value = value, localizedValue = value} end)
    end,
}
