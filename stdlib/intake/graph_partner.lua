-- A partnerSecurityAlert of Microsoft Graph, the successor of Partner Center's fraud events.
local defender = use "defender"
local partner = use "partner"

return intake {
    name = "graph-partner", order = 45,
    is = {{has = "alertType"}, {has = "customerTenantId"}, {lacks = "eventId"}},
    reads = defender.join({
        {id = "id"}, {kind = true, value = "csp-fraud"}, {title = "displayName"}, {description = "description"},
        {type = "alertType"}, {status = "status"}, {severity = "severity"}, {confidence = "confidenceLevel"},
        {customer = "customerTenantId"}, {start = {"firstObservedDateTime", "detectedDateTime"}},
        {["end"] = {"lastObservedDateTime", "detectedDateTime"}}, {simulated = "isTest"},
        {tenant = "customerTenantId"}, {subscription = "subscriptionId"},
    }, partner.affected, partner.details),
    sample = function(alert)
        return map {
            id = alert.id, displayName = alert.title, description = alert.description,
            alertType = alert.type and alert.type:sub(1, 1):lower() .. alert.type:sub(2),
            status = (alert.status or "active"):lower(), severity = alert.severity and alert.severity:lower(),
            confidenceLevel = alert.confidence, customerTenantId = alert.customer.tenant,
            subscriptionId = alert.subscription, detectedDateTime = alert["end"], firstObservedDateTime = alert.start,
            lastObservedDateTime = alert["end"], isTest = alert.simulated == true, activityLogs = list {},
            affectedResources = partner.write_affected(alert, "resourceId", "resourceType"),
            additionalDetails = partner.write_details(alert),
        }
    end,
}
