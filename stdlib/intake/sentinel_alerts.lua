-- The answer of a Sentinel incident's list of alerts, and the reading of one such alert, which incidents hold too.
local sentinel = use "sentinel"

return intake {
    name = "sentinel-alerts", order = 21,
    is = sentinel.is, reads = sentinel.reads,
    sample = function(alert) return map {value = list {sentinel.write(alert)}} end,
}
