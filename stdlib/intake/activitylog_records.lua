-- The activation of an alert in the activity log as it is exported to an Event Hub: records, with plain texts.
local payload = use "intake"
local log = use "activitylog"

return intake {
    name = "activitylog-records", order = 5,
    matches = function(raw)
        return payload.is_map(raw) and payload.get(raw, "records") ~= nil and payload.any(raw, log.is_record)
    end,
    alerts = function(raw) return payload.each(raw, log.is_alert, log.read) end,
    sample = function(alert)
        return map {records = list {log.write(alert, function(value) return value end)}}
    end,
}
