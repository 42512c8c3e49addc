-- Fraud events of Partner Center, read and written, in the new model (with eventType) or the old one.
-- Times have no zone, paths may have backslashes, addresses are JSON lists inside texts.
local defender = use "defender"
local partner = use "partner"

local M = {}

M.is = {{has = "eventId"}, {has = {"customerTenantId", "partnerTenantId"}}}

-- The named resource is a host when its address, or else the service, says that it is a machine.
local a_machine = {{any = {
    {{has = "entityUrl", resource = partner.machine}},
    {{lacks = "entityUrl"}, {has = "serviceName", is = {"Virtual Machines"}}},
}}}

M.reads = defender.join({
    {id = "eventId"}, {kind = true, value = "csp-fraud"}, {partner = "partnerTenantId"},
    {partner_name = "partnerFriendlyName"}, {customer = "customerTenantId"}, {customer_name = "customerFriendlyName"},
    {status = "eventStatus"}, {type = "eventType"}, {severity = "severity"},
    {start = {"firstObserved", "firstOccurrence", "eventTime"}},
    {["end"] = {"lastObserved", "lastOccurrence", "eventTime"}}, {confidence = "confidenceLevel"},
    {title = "displayName"}, {description = "description"}, {simulated = "isTest"},
    {tenant = "customerTenantId"}, {tenant = "partnerTenantId"}, {subscription = "subscriptionId"},
}, partner.affected, {
    {resource = "entityUrl"}, {host = {"resourceName", "entityName"}, when = a_machine},
}, partner.details)

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
