-- Fraud events of Partner Center, read and written, in the new model (with eventType) or the old one.
-- Times have no zone, paths may have backslashes, addresses are JSON lists inside texts.
local payload = use "intake"
local facts_of = use "alert_facts"
local partner = use "partner"

local M = {}

function M.is_event(item)
    return payload.get(item, "eventId") ~= nil and payload.get(item, "customerTenantId", "partnerTenantId") ~= nil
end

function M.read(item, path)
    local facts = facts_of.new()
    local function text_of(...) return payload.text(item, path, ...) end
    local given = {
        id = text_of("eventId"), kind = "csp-fraud", raw = item, path = path,
        partner = {tenant = text_of("partnerTenantId"), name = text_of("partnerFriendlyName")},
        customer = {tenant = text_of("customerTenantId"), name = text_of("customerFriendlyName")},
        status = text_of("eventStatus"), type = text_of("eventType"), severity = text_of("severity"),
        start = payload.time(item, path, "firstObserved", "firstOccurrence", "eventTime"),
        stop = payload.time(item, path, "lastObserved", "lastOccurrence", "eventTime"),
        confidence = text_of("confidenceLevel"), title = text_of("displayName"), description = text_of("description"),
        simulated = payload.flag(item, path, "isTest"),
    }
    facts_of.tenant(facts, given.customer.tenant)
    facts_of.tenant(facts, given.partner.tenant)
    facts_of.subscription(facts, text_of("subscriptionId"))
    local url = text_of("entityUrl")
    url = url and text.replace(url:sub(1, 2048), "\\", "/")
    partner.affected(facts, item, path)
    facts_of.resource(facts, url)
    partner.host(facts, text_of("resourceName", "entityName"), url, text_of("serviceName"))
    partner.details(facts, item, path)
    return facts_of.record(facts, given)
end

-- What both models have; the new one adds to it.
function M.write(alert)
    local id = alert.resource.id
    return {
        eventTime = alert["end"], eventId = alert.id, partnerTenantId = alert.partner.tenant,
        partnerFriendlyName = alert.partner.name, customerTenantId = alert.customer.tenant,
        customerFriendlyName = alert.customer.name, subscriptionId = alert.subscription, subscriptionType = "modern",
        entityName = alert.hosts[1] or "", entityUrl = id and text.replace(id, "/", "\\") or "", hitCount = "1",
        catalogOfferId = "MS-AZR-0017G", eventStatus = alert.status or "Active",
        serviceName = alert.hosts[1] and "Virtual Machines" or "", resourceName = alert.hosts[1] or "",
        resourceGroupName = alert.resource.group or "", firstOccurrence = alert.start, lastOccurrence = alert["end"],
        resolvedReason = "None", resolvedOn = "9999-12-31T23:59:59.9970000", resolvedBy = "",
        firstObserved = alert.start, lastObserved = alert["end"],
    }
end

return M
