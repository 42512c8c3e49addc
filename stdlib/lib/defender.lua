-- The parts that alerts of Defender for Cloud have in common, whatever the shape: resource identifiers, extended
-- properties, entities and supporting evidence, as rows of a reading. Nothing here knows where a shape keeps a part.
local M = {}

-- What the extended properties say of the caller and of what was touched.
M.caller = {
    {ip = {"attacker IP Address", "attackerIpAddress", "iP Addresses", "ip Address", "client IP Address"}},
    {actor = {name = {"principal Name", "username", "user Principal Name"},
        object_id = {"attacker Object ID", "principal Oid"}, app_id = "application ID"}},
    {targets = {"target", "targets"}},
    {subscription = "EffectiveSubscriptionId"}, {workload = "namespace"},
}

local dns = {
    {domain = "domainName"},
    -- So spelt in real payloads; the right spelling is read too.
    {ip = {"ipAdresses", "ipAddresses"}, linked = true},
}

-- By what an entity is. The addresses of the machines themselves are ip entities like any other.
M.entities = {
    before = {{own_ip = "hostIpAddress", linked = true}, {own_ip = "dnsServerIp", linked = true}},
    kinds = {
        azureresource = {{resource = "resourceId"}},
        host = {{host = "hostName"}, {resource = "azureID"}},
        ip = {{ip = "address"}},
        account = {
            {tenant = "aadTenantId"},
            {actor = {name = "userPrincipalName", short = {"name", "accountName"}, suffix = "upnSuffix",
                object_id = "aadUserId"}},
        },
        dns = dns, dnsresolution = dns,
        k8snamespace = {{workload = "name"}}, process = {{workload = {"commandLine", "processName"}}},
    },
    after = { -- applications complete actors
        cloudapplication = {{application = "appId", loose = true}},
        serviceprincipal = {{actor = {object_id = {"servicePrincipalObjectId", "aadUserId"}, app_id = "appId",
            kind = "application"}}},
    },
}

-- All parts of one alert, in an order in which main facts come first. `names`: identifiers, properties, entities and
-- evidence (names of members, evidence may be missing), json: they may be JSON in texts; and of a shape whose entities
-- are not the alert's own, `entities` is a row of its own.
function M.parts(names)
    local function part(row)
        row.json = names.json
        return row
    end
    local entities = names.entities
    if type(entities) == "string" then entities = part {entities = entities} end
    entities.by, entities.before = entities.by or {"type", "kind"}, M.entities.before
    entities.kinds, entities.after = M.entities.kinds, M.entities.after
    local rows = {
        part {each = names.identifiers, reads = {{tenant = "azureResourceTenantId"}, {tenant = "aadTenantId"},
            {main = "azureResourceId"}}},
        part {into = names.properties, reads = M.caller},
        entities,
    }
    if names.evidence then
        table.insert(rows, {tables = names.evidence, objects = {"target", "object"}, time = "time"})
    end
    table.insert(rows, part {into = names.properties, reads = {{resource = "EffectiveAzureResourceId"}}})
    table.insert(rows, part {each = names.identifiers, reads = {{resource = "azureResourceId"}}})
    if names.resource then table.insert(rows, {resource = names.resource}) end
    table.insert(rows, part {into = names.properties, reads = {{domain = "domainName"}, {ip = "answers"}}})
    return rows
end

-- Rows behind rows.
function M.join(...)
    local found = {}
    for _, rows in ipairs {...} do
        for _, row in ipairs(rows) do table.insert(found, row) end
    end
    return found
end

-- An alert whose members stand side by side, as exports, workflow automation and Log Analytics write it. Entities and
-- extended properties may be JSON in texts.
M.flat = M.join({
    {component = "ProductComponentName"}, {type = "AlertType"}, {start = {"StartTimeUtc", "StartTime"}},
    {["end"] = {"EndTimeUtc", "EndTime"}}, {severity = {"Severity", "AlertSeverity"}}, {status = "Status"},
    {confidence = "ConfidenceLevel"}, {id = "SystemAlertId"}, {id = {"AlertUri", "AlertLink"}, behind = "alertId"},
    {title = {"AlertDisplayName", "DisplayName", "AlertName"}}, {description = "Description"},
    {main = {"AzureResourceId", "ResourceId"}},
    {into = "ExtendedProperties", json = true, reads = {{component = "ProductComponentName", loose = true}}},
}, M.parts {json = true, identifiers = "ResourceIdentifiers", properties = "ExtendedProperties",
    entities = "Entities", evidence = "SupportingEvidence", resource = {"AzureResourceId", "ResourceId"}})

-- Such an alert: it has a type, and members that only alerts have (recommendations and scores come the same way).
M.is_flat = {
    {has = "AlertType"},
    {has = {"SystemAlertId", "StartTimeUtc", "StartTime", "Entities", "ExtendedProperties", "AlertUri",
        "AzureResourceId"}},
    {lacks = "customerTenantId"},
}

return M
