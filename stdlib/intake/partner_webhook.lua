-- The body of a Partner Center webhook: it says that there are fraud events and where to fetch them, no more. Whether
-- it may be believed (its signature, the host of ResourceUri) is not decided here. Other events are skipped.
local an_event = {has = {"ResourceUri", "ResourceName"}}

return intake {
    name = "partner-webhook", order = 46,
    thin = true, is = {{has = "EventName"}, an_event},
    alerts = {{any = {{{has = "EventName", is = {"azure-fraud-event-detected", "test-created"}}}}}, an_event},
    reads = {
        {kind = true, value = "csp-fraud"}, {type = "EventName"}, {event = "EventName"},
        {subscription = "ResourceUri", parameter = "SubscriptionId"}, {start = "ResourceChangeUtcDate"},
        {status = "ResourceUri", parameter = "EventStatus"},
        {simulated = true, value = true, when = {{has = "EventName", is = {"test-created"}}}},
    },
    sample = function(alert)
        return map {
            EventName = alert.simulated and "test-created" or "azure-fraud-event-detected",
            ResourceUri = "https://api.partnercenter.microsoft.com/v1/fraudEvents?SubscriptionId="
                .. (alert.subscription or "") .. "&EventStatus=" .. (alert.status or "Active"),
            ResourceChangeUtcDate = alert.start,
        }
    end,
}
