-- The parts that alerts of Defender for Cloud have in common, whatever the shape: resource identifiers, extended
-- properties, entities and supporting evidence. Services spell the keys of these parts differently; every look-up is
-- without case. Nothing here knows where a shape keeps a part.
local intake = use "intake"
local facts_of = use "alert_facts"

local M = {}

local DEEP = 8 -- levels of entities within entities

-- Tenants, and the ids of the resources that are named. `path` is for messages.
function M.identifiers(facts, identifiers, path)
    local ids = {}
    for index, item in ipairs(identifiers) do
        local here = intake.nth(path, index)
        facts_of.tenant(facts, intake.text(item, here, "azureResourceTenantId"))
        facts_of.tenant(facts, intake.text(item, here, "aadTenantId"))
        local id = intake.text(item, here, "azureResourceId")
        if id then table.insert(ids, id) end
    end
    return ids
end

-- What the extended properties say of the caller and of what was touched.
function M.properties(facts, properties, path)
    facts_of.ip(facts, intake.text(properties, path, "attacker IP Address", "attackerIpAddress", "iP Addresses",
        "ip Address", "client IP Address"))
    facts_of.actor(facts, {
        name = intake.text(properties, path, "principal Name", "username", "user Principal Name"),
        object_id = intake.text(properties, path, "attacker Object ID", "principal Oid"),
        app_id = intake.text(properties, path, "application ID"),
    })
    facts_of.targets(facts, intake.text(properties, path, "target", "targets"))
    facts_of.subscription(facts, intake.text(properties, path, "EffectiveSubscriptionId"))
end

-- Entities ---------------------------------------------------------------------------------------------------------

-- Links are texts in every payload seen; numbers would do.
local function link_key(value)
    return (type(value) == "string" or type(value) == "number") and tostring(value) or ""
end

-- $id → entity, also of entities that stand inside others.
local function index_ids(value, index, depth)
    if type(value) ~= "table" or depth > DEEP then return index end
    local own = intake.is_map(value) and intake.get(value, "$id")
    if own then index[link_key(own)] = value end
    for _, inner in pairs(value) do index_ids(inner, index, depth + 1) end
    return index
end

-- The entity that a link leads to; anything that is no link is itself. A link that leads nowhere is nil.
local function follow(value, index)
    for _ = 1, DEEP do
        local link = type(value) == "table" and intake.is_map(value) and intake.get(value, "$ref")
        if not link then return value end
        value = index[link_key(link)]
    end
    return nil
end

local function address_of(value, index)
    value = follow(value, index)
    if type(value) == "string" then return value end
    if type(value) == "table" and intake.is_map(value) then return intake.maybe(value, "address") end
    return nil
end

-- The addresses that belong to the machines themselves: they are ip entities like any other.
local function own_addresses(facts, entity, index)
    facts_of.own_ip(facts, address_of(intake.get(entity, "hostIpAddress"), index))
    facts_of.own_ip(facts, address_of(intake.get(entity, "dnsServerIp"), index))
end

local function name_of_account(entity, path)
    local name = intake.text(entity, path, "name", "accountName")
    local suffix = intake.text(entity, path, "upnSuffix")
    local full = intake.text(entity, path, "userPrincipalName")
    if full then return full end
    return name and suffix and name .. "@" .. suffix or name
end

local readers = {
    azureresource = function(facts, entity, path)
        facts_of.resource(facts, intake.text(entity, path, "resourceId"))
    end,
    host = function(facts, entity, path)
        facts_of.host(facts, intake.text(entity, path, "hostName"))
        facts_of.resource(facts, intake.text(entity, path, "azureID"))
    end,
    ip = function(facts, entity, path)
        facts_of.ip(facts, intake.text(entity, path, "address"))
    end,
    account = function(facts, entity, path)
        facts_of.tenant(facts, intake.text(entity, path, "aadTenantId"))
        facts_of.actor(facts, {name = name_of_account(entity, path),
            object_id = intake.text(entity, path, "aadUserId")})
    end,
    dns = function(facts, entity, path, index)
        facts_of.domain(facts, intake.text(entity, path, "domainName"))
        -- So spelt in real payloads; the right spelling is read too.
        local answers = intake.get(entity, "ipAdresses", "ipAddresses")
        if type(answers) ~= "table" or not intake.is_list(answers) then return end
        for _, answer in ipairs(answers) do facts_of.ip(facts, address_of(answer, index)) end
    end,
    -- Applications complete actors, so they are read last.
    cloudapplication = function() end,
}
readers.dnsresolution = readers.dns

-- "azure-resource", "AzureResource" → "azureresource"
local function type_of(entity)
    local name = intake.maybe(entity, "type", "kind")
    return name and #name <= 64 and text.replace(text.replace(name:lower(), "-", ""), "_", "") or ""
end
M.type_of = type_of

-- Reads the entities; returns them with links between them followed where a link stood alone.
function M.entities(facts, entities, path)
    local index, whole = index_ids(entities, {}, 1), {}
    for _, entity in ipairs(entities) do own_addresses(facts, entity, index) end
    for number, entity in ipairs(entities) do
        local here = intake.nth(path, number)
        entity = follow(entity, index)
        if entity and intake.is_map(entity) then
            table.insert(whole, entity)
            local read = readers[type_of(entity)]
            if read then read(facts, entity, here, index) end
        end
    end
    for number, entity in ipairs(whole) do
        if type_of(entity) == "cloudapplication" then
            facts_of.application(facts, intake.maybe(entity, "appId"))
        elseif type_of(entity) == "serviceprincipal" then
            facts_of.actor(facts, {object_id = intake.text(entity, intake.nth(path, number),
                "servicePrincipalObjectId", "aadUserId"), app_id = intake.maybe(entity, "appId"), kind = "application"})
        end
    end
    return whole
end

-- Supporting evidence ----------------------------------------------------------------------------------------------

local function column(columns, ...)
    for number, name in ipairs(columns) do
        if type(name) == "string" and #name <= 64 then
            for _, wanted in ipairs {...} do
                if text.contains(name:lower(), wanted) then return number end
            end
        end
    end
    return nil
end

local function table_rows(facts, evidence)
    local columns, rows = intake.get(evidence, "columns"), intake.get(evidence, "rows")
    if type(columns) ~= "table" or type(rows) ~= "table" then return end
    local time, target = column(columns, "time"), column(columns, "target", "object")
    if not target then return end
    for _, row in ipairs(rows) do
        if type(row) == "table" and type(row[target]) == "string" then
            local when = time and type(row[time]) == "string" and intake.moment(row[time]) or nil
            facts_of.targets(facts, row[target], when)
        end
    end
end

-- Tables of operations, wherever they stand in it. The form is free, so what does not fit is passed over.
function M.evidence(facts, evidence, depth)
    depth = depth or 1
    if type(evidence) ~= "table" or depth > DEEP then return end
    if intake.is_map(evidence) and intake.get(evidence, "columns") then return table_rows(facts, evidence) end
    for _, inner in pairs(evidence) do M.evidence(facts, inner, depth + 1) end
end

-- All parts of one alert, in an order in which main facts come first; returns the entities and the test mark.
-- `parts`: identifiers, properties, entities (lists and maps), evidence, main (resource id), and for messages the
-- paths identifiers_path, properties_path, entities_path.
function M.read(facts, parts)
    local ids = M.identifiers(facts, parts.identifiers, parts.identifiers_path)
    M.properties(facts, parts.properties, parts.properties_path)
    local entities = M.entities(facts, parts.entities, parts.entities_path)
    M.evidence(facts, parts.evidence)
    facts_of.resource(facts, intake.text(parts.properties, parts.properties_path, "EffectiveAzureResourceId"))
    for _, id in ipairs(ids) do facts_of.resource(facts, id) end
    if parts.main then facts_of.resource(facts, parts.main) end
    facts_of.domain(facts, intake.text(parts.properties, parts.properties_path, "domainName"))
    facts_of.ip(facts, intake.text(parts.properties, parts.properties_path, "answers"))
    return entities, parts.main or ids[1]
end

-- An alert whose members stand side by side, as exports, workflow automation and Log Analytics write it. Entities and
-- extended properties may be JSON in texts. `path` is where the alert stands in the payload.
function M.flat(item, path)
    local function text_of(...) return intake.text(item, path, ...) end
    local facts = facts_of.new()
    local given = {
        component = text_of("ProductComponentName"),
        type = text_of("AlertType"),
        start = intake.time(item, path, "StartTimeUtc", "StartTime"),
        stop = intake.time(item, path, "EndTimeUtc", "EndTime"),
        severity = text_of("Severity", "AlertSeverity"),
        status = text_of("Status"),
        confidence = text_of("ConfidenceLevel"),
        id = text_of("SystemAlertId") or intake.behind(text_of("AlertUri", "AlertLink"), "alertId"),
        title = text_of("AlertDisplayName", "DisplayName", "AlertName"),
        description = text_of("Description"),
        raw = item, path = path,
    }
    local properties = intake.json_map(item, path, "ExtendedProperties")
    given.component = given.component or intake.maybe(properties, "ProductComponentName")
    given.entities, given.main = M.read(facts, {
        main = text_of("AzureResourceId", "ResourceId"),
        identifiers = intake.json_maps(item, path, "ResourceIdentifiers"),
        identifiers_path = intake.at(path, "ResourceIdentifiers"),
        properties = properties, properties_path = intake.at(path, "ExtendedProperties"),
        entities = intake.json_maps(item, path, "Entities"), entities_path = intake.at(path, "Entities"),
        evidence = intake.get(item, "SupportingEvidence"),
    })
    return facts_of.record(facts, given)
end

-- Such an alert: it has a type, and members that only alerts have (recommendations and scores come the same way).
function M.is_flat(item)
    if intake.get(item, "AlertType") == nil or intake.get(item, "customerTenantId") ~= nil then return false end
    return intake.get(item, "SystemAlertId", "StartTimeUtc", "StartTime", "Entities", "ExtendedProperties", "AlertUri",
        "AzureResourceId") ~= nil
end

return M
