-- The activation of an alert in the activity log as it is exported to an Event Hub: records, with plain texts.
local log = use "activitylog"

return intake {
    name = "activitylog-records", order = 5,
    thin = true, wrapper = "records", is = log.is, alerts = log.alerts, reads = log.reads,
    sample = function(alert)
        return map {records = list {log.write(alert, function(value) return value end)}}
    end,
}
