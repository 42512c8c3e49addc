-- A row of the SecurityAlert table of Log Analytics, read and written. SystemAlertId is the workspace's own; TenantId
-- is the workspace, not the tenant, and is not read. Entities and extended properties are JSON in texts.
local defender = use "defender"

local M = {reads = defender.flat}

-- The columns that a sample has, in the order of the table.
M.columns = {"TimeGenerated", "DisplayName", "AlertName", "AlertSeverity", "Description", "ProviderName", "VendorName",
    "SystemAlertId", "ResourceId", "AlertType", "ConfidenceLevel", "IsIncident", "StartTime", "EndTime",
    "ProcessingEndTime", "RemediationSteps", "ExtendedProperties", "Entities", "SourceSystem", "ProductName",
    "ProductComponentName", "AlertLink", "Status", "CompromisedEntity", "Tactics", "Type"}

M.is = {{any = {
    {{has = "Type", is = {"SecurityAlert"}}},
    defender.join({{has = "AlertSeverity"}}, defender.is_flat),
}}}

function M.write(alert)
    local writing = use "defender_write"
    local parts = writing.parts(alert)
    return map {
        TimeGenerated = alert["end"], DisplayName = alert.title, AlertName = alert.title,
        AlertSeverity = alert.severity,
        Description = alert.description, ProviderName = "Azure Security Center", VendorName = "Microsoft",
        SystemAlertId = alert.id, ResourceId = alert.resource.id, AlertType = alert.type,
        ConfidenceLevel = alert.confidence or "", IsIncident = false, StartTime = alert.start, EndTime = alert["end"],
        ProcessingEndTime = alert["end"], RemediationSteps = writing.json(parts.remediation),
        ExtendedProperties = writing.json(writing.pascal(parts.properties)),
        Entities = #parts.entities > 0 and writing.json(writing.pascal(parts.entities)) or "",
        SourceSystem = "Detection", ProductName = "Azure Security Center", ProductComponentName = parts.component,
        AlertLink = parts.uri, Status = alert.status or "New", CompromisedEntity = alert.resource.name,
        Tactics = parts.intent, Type = "SecurityAlert",
    }
end

return M
