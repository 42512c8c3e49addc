-- The inverse of defender.lua: the parts of a Defender for Cloud alert, made of a record, for the shapes that write
-- samples; they load it when they write one, so that reading an alert does not pay for it. Parts are in lower camel
-- case, as Resource Manager has them; `pascal` spells them as exports do.
local kinds = use "alert_kinds"

local M = {}

local components = {keyvault = "KeyVault", dns = "DNS", ["resource-manager"] = "ResourceManager",
    kubernetes = "Containers"}
local resource_words = {["microsoft.keyvault/vaults"] = "Key Vault",
    ["microsoft.compute/virtualmachines"] = "Virtual Machine",
    ["microsoft.resources/subscriptions"] = "Subscription",
    ["microsoft.automation/automationaccounts"] = "Automation account",
    ["microsoft.containerservice/managedclusters"] = "Kubernetes Service"}
local tactics = {keyvault = "CredentialAccess", dns = "Exfiltration"}
local got = {secret = "SecretGet", key = "KeyGet", certificate = "CertificateGet", vault = "VaultGet"}

-- "2024-09-16T02:11:07.44Z" → "09/16/2024 02:11:07", the form of extended properties
local function american(moment)
    if not moment then return nil end
    return moment:sub(6, 7) .. "/" .. moment:sub(9, 10) .. "/" .. moment:sub(1, 4) .. " " .. moment:sub(12, 19)
end

local function word_of(id)
    local kind = id and id.type
    return kind and resource_words[kind:lower()] or nil
end

local function identifiers(alert, resources)
    local found = {}
    for _, id in ipairs(resources) do
        table.insert(found, map {["$id"] = tostring(#found + 2), type = "AzureResource", azureResourceId = id,
            azureResourceTenantId = alert.tenant})
    end
    if alert.tenant then
        table.insert(found, map {["$id"] = tostring(#found + 2), type = "AAD", aadTenantId = alert.tenant})
    end
    return list(found)
end

-- "[SecretList:1, SecretGet:3]" of what was touched
local function operations(alert)
    local counts, words = {}, {}
    for _, target in ipairs(alert.targets) do
        local name = got[target.kind]
        if name then counts[name] = (counts[name] or 0) + 1 end
    end
    for name, count in pairs(counts) do table.insert(words, name .. ":" .. count) end
    return #words > 0 and "[" .. table.concat(words, ", ") .. "]" or nil
end

local function addresses_of(targets)
    local found = {}
    for _, target in ipairs(targets) do
        if target.kind ~= "domain" then table.insert(found, target.id) end
    end
    if #found == 0 then return nil end
    return #found == 1 and found[1] or "[" .. table.concat(found, ", ") .. "]"
end

local function domain_of(targets)
    for _, target in ipairs(targets) do
        if target.kind == "domain" then return target.name end
    end
    return nil
end

local function properties(alert)
    local found = {resourceType = word_of(alert.resource)}
    if alert.kind == "dns" then
        found.domainName = domain_of(alert.targets)
        found.answers = #alert.ips > 0 and table.concat(alert.ips, ", ") or nil
    elseif alert.kind == "keyvault" then
        found["attacker IP Address"] = #alert.ips > 0 and table.concat(alert.ips, ", ") or nil
        found["attacker Object ID"], found["application ID"] = alert.actor.object_id, alert.actor.app_id
        found.target, found["suspicious Operations"] = addresses_of(alert.targets), operations(alert)
        found["start Time UTC"], found["end Time UTC"] = american(alert.start), american(alert["end"])
        local denied = alert.type and text.contains(alert.type:lower(), "denied")
        found["result Signature"] = denied and "Forbidden" or "OK"
    else
        found["principal Name"], found["principal Oid"] = alert.actor.name, alert.actor.object_id
        found["application ID"] = alert.actor.app_id
        found["iP Addresses"] = #alert.ips > 0 and table.concat(alert.ips, ", ") or nil
    end
    return map(found)
end

-- {name, upnSuffix} of a user principal name
function M.sides(name)
    local parts = text.split(name or "", "@")
    if #parts == 2 and parts[1] ~= "" and parts[2] ~= "" then return parts[1], parts[2] end
    return name, nil
end

local function actor_entities(alert, add)
    for _, actor in ipairs(alert.actors) do
        local name, suffix = M.sides(actor.name)
        if actor.name or actor.object_id then
            add {type = "account", name = name, upnSuffix = suffix, aadTenantId = alert.tenant,
                aadUserId = actor.object_id, isDomainJoined = false, isValid = actor.name ~= nil, asset = true}
        end
        if actor.app_id then add {type = "cloud-application", appId = actor.app_id, asset = false} end
    end
end

local function name_in(id)
    local parts = text.split(id, "/")
    return parts[#parts]
end

local function entities(alert)
    local found = {}
    local function add(entity)
        entity["$id"] = tostring(#found + 4)
        table.insert(found, map(entity))
        return entity["$id"]
    end
    for _, id in ipairs(alert.resources) do
        local name, host = name_in(id), false
        for _, other in ipairs(alert.hosts) do host = host or other == name end
        if host then
            add {type = "host", hostName = name, azureID = id, asset = true}
        else
            add {type = "azure-resource", resourceId = id, resourceName = name, asset = true}
        end
    end
    actor_entities(alert, add)
    local answers = {}
    for _, address in ipairs(alert.ips) do
        table.insert(answers, map {["$ref"] = add {type = "ip", address = address, asset = false}})
    end
    local domain = domain_of(alert.targets)
    if domain then add {type = "dns", domainName = domain, ipAdresses = list(answers), asset = false} end
    return list(found)
end

local function evidence(alert)
    local rows = {}
    for _, target in ipairs(alert.targets) do
        if target.time then table.insert(rows, list {target.time, got[target.kind] or "", target.id}) end
    end
    if #rows == 0 then return nil end
    return map {type = "tabularEvidences", title = "Operations seen",
        columns = list {"Time (UTC)", "Operation", "Target"}, rows = list(rows)}
end

local function where(alert)
    local group = alert.resource.group
    return group, "/subscriptions/" .. (alert.subscription or "") .. (group and "/resourceGroups/" .. group or "")
end

-- Everything that more than one shape needs: path (the alert's resource id), uri (of the portal), component, intent,
-- identifiers, properties, entities, evidence, remediation.
function M.parts(alert)
    local group, scope = where(alert)
    local known = kinds.find(alert.type)
    return {
        path = scope .. "/providers/Microsoft.Security/locations/westeurope/alerts/" .. alert.id,
        uri = "https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/"
            .. alert.id .. "/subscriptionId/" .. (alert.subscription or "")
            .. (group and "/resourceGroup/" .. group or "") .. "/referencedFrom/alertDeepLink/location/westeurope",
        component = components[alert.kind], intent = known and known.tactics or tactics[alert.kind] or "Unknown",
        identifiers = identifiers(alert, {alert.resource.id}), every_identifier = identifiers(alert, alert.resources),
        properties = properties(alert), entities = entities(alert), evidence = evidence(alert),
        remediation = list {"Find out whether the activity behind this alert was legitimate."},
    }
end

local spelled = {upnSuffix = "UPNSuffix", azureID = "AzureID", resourceType = "resourceType"}

-- The same with keys in Pascal case, at every level.
function M.pascal(value)
    if type(value) ~= "table" then return value end
    local found, is_list = {}, #value > 0
    for key, inner in pairs(value) do
        if not is_list then key = spelled[key] or key:sub(1, 1):upper() .. key:sub(2) end
        found[key] = M.pascal(inner)
    end
    return is_list and list(found) or map(found)
end

local function quoted(value)
    local bytes = {}
    for index = 1, #value do
        local byte = value:byte(index)
        local plain = byte >= 32 and byte ~= 34 and byte ~= 92 and byte ~= 127
        bytes[index] = plain and string.char(byte) or string.format("\\u%04x", byte)
    end
    return '"' .. table.concat(bytes) .. '"'
end

-- JSON of lists, maps, texts, numbers and booleans, for shapes that keep it inside texts.
function M.json(value)
    if type(value) == "string" then return quoted(value) end
    if type(value) ~= "table" then return tostring(value) end
    local words, is_list = {}, #value > 0
    for key, inner in pairs(value) do
        table.insert(words, (is_list and "" or quoted(key) .. ": ") .. M.json(inner))
    end
    local all = table.concat(words, ", ")
    return is_list and "[" .. all .. "]" or "{" .. all .. "}"
end

-- A flat alert, the common part of exports and connectors.
function M.flat(alert)
    local parts = M.parts(alert)
    return map {
        vendorName = "Microsoft", alertType = alert.type, productName = "Microsoft Defender for Cloud",
        startTimeUtc = alert.start, endTimeUtc = alert["end"], timeGenerated = alert["end"],
        processingEndTime = alert["end"], severity = alert.severity, status = alert.status or "New",
        confidenceLevel = alert.confidence, isIncident = false, systemAlertId = alert.id, intent = parts.intent,
        azureResourceId = alert.resource.id, compromisedEntity = alert.resource.name,
        alertDisplayName = alert.title, description = alert.description, remediationSteps = parts.remediation,
        resourceIdentifiers = parts.identifiers, alertUri = parts.uri, productComponentName = parts.component,
        extendedProperties = parts.properties, entities = parts.entities,
    }
end

-- The same as the continuous export has it.
function M.export(alert)
    return M.pascal(M.flat(alert))
end

return M
