-- A sample alert as the resource that Resource Manager gives.
local writing = use "defender_write"

local M = {}

function M.write(alert)
    local parts = writing.parts(alert)
    return map {
        id = parts.path, name = alert.id, type = "Microsoft.Security/Locations/alerts",
        properties = map {
            status = alert.status or "Active", timeGeneratedUtc = alert["end"], processingEndTimeUtc = alert["end"],
            version = "2022-01-01.0", vendorName = "Microsoft", productName = "Microsoft Defender for Cloud",
            productComponentName = parts.component, alertType = alert.type, startTimeUtc = alert.start,
            endTimeUtc = alert["end"], severity = alert.severity, isIncident = false, systemAlertId = alert.id,
            intent = parts.intent, resourceIdentifiers = parts.identifiers, compromisedEntity = alert.resource.name,
            alertDisplayName = alert.title, description = alert.description, remediationSteps = parts.remediation,
            extendedProperties = parts.properties, entities = parts.entities, alertUri = parts.uri,
            supportingEvidence = parts.evidence,
        },
    }
end

return M
