-- The answer of a Sentinel incident's list of alerts, and the reading of one such alert, which incidents hold too.
local payload = use "intake"
local sentinel = use "sentinel"

return intake {
    name = "sentinel-alerts", order = 21,
    matches = function(raw) return payload.any(raw, sentinel.is_alert) end,
    alerts = function(raw)
        return payload.each(raw, sentinel.is_alert, function(item, path) return sentinel.alert(item, path, {}) end)
    end,
    sample = function(alert) return map {value = list {sentinel.write(alert)}} end,
}
