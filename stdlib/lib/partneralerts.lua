-- Graph's view of the same events (beta): partner security alerts. They have ids of their own, so an event is found by
-- its subscription, its type and the moment of its detection.
local alerts = {}

function alerts.url(alert)
    return uri("graphbeta:/security/partner/securityAlerts/{a}", {a = alert})
end

function alerts.all(read)
    return read:list "graphbeta:/security/partner/securityAlerts" or {}
end

alerts.fields = {
    id = "string", type = "string?", status = "string", severity = "string?", title = "string?", subscription = "guid?",
    customer = "guid?", detected = "time?", first = "time?", last = "time?", reason = "string?", test = "bool",
    open = "bool",
}

function alerts.alert(raw)
    return {
        id = raw.id, type = raw.alertType, status = raw.status, severity = raw.severity, title = raw.displayName,
        subscription = raw.subscriptionId, customer = raw.customerTenantId, detected = raw.detectedDateTime,
        first = raw.firstObservedDateTime, last = raw.lastObservedDateTime, reason = raw.resolvedReason,
        test = raw.isTest == true, open = not text.same(raw.status, "resolved"),
    }
end

return alerts
