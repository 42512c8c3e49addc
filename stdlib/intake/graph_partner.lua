-- A partnerSecurityAlert of Microsoft Graph, the successor of Partner Center's fraud events.
local payload = use "intake"
local facts_of = use "alert_facts"
local partner = use "partner"

local function is_alert(item)
    return payload.get(item, "alertType") ~= nil and payload.get(item, "customerTenantId") ~= nil
        and payload.get(item, "eventId") == nil
end

local function read(item, path)
    local facts = facts_of.new()
    local function text_of(...) return payload.text(item, path, ...) end
    local given = {
        id = text_of("id"), kind = "csp-fraud", raw = item, path = path,
        title = text_of("displayName"), description = text_of("description"), type = text_of("alertType"),
        status = text_of("status"), severity = text_of("severity"), confidence = text_of("confidenceLevel"),
        customer = {tenant = text_of("customerTenantId")},
        start = payload.time(item, path, "firstObservedDateTime", "detectedDateTime"),
        stop = payload.time(item, path, "lastObservedDateTime", "detectedDateTime"),
        simulated = payload.flag(item, path, "isTest"),
    }
    facts_of.tenant(facts, given.customer.tenant)
    facts_of.subscription(facts, text_of("subscriptionId"))
    partner.affected(facts, item, path)
    partner.details(facts, item, path)
    return facts_of.record(facts, given)
end

return intake {
    name = "graph-partner", order = 45,
    matches = function(raw) return payload.any(raw, is_alert) end,
    alerts = function(raw) return payload.each(raw, is_alert, read) end,
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
