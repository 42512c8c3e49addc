-- An alert of Microsoft Graph, alerts_v2: who and what is in evidence[], each with its @odata.type and its roles.
-- detectorId carries the alert code where Defender for Cloud fills it; detectionSource gives the family either way.
local payload = use "intake"
local facts_of = use "alert_facts"
local defender = use "defender"

local function is_alert(item)
    return type(payload.get(item, "evidence")) == "table"
        and (payload.get(item, "serviceSource") ~= nil or payload.get(item, "detectionSource") ~= nil)
        or (payload.maybe(item, "@odata.type") or ""):lower() == "#microsoft.graph.security.alert"
end

-- "#microsoft.graph.security.ipEvidence" → "ipevidence"
local function type_of(evidence)
    local name = payload.maybe(evidence, "@odata.type")
    if not name or #name > 200 then return "" end
    local parts = text.split(name, ".")
    return parts[#parts]:lower()
end

-- A victim's own address, unless it is named the attacker's too.
local function is_victim(evidence)
    local roles, victim = payload.get(evidence, "roles"), false
    if type(roles) ~= "table" or not payload.is_list(roles) then return false end
    for _, role in ipairs(roles) do
        if role == "attacker" or role == "source" then return false end
        victim = victim or role == "attacked" or role == "compromised"
    end
    return victim
end

local readers = {
    azureresourceevidence = function(facts, evidence, path)
        facts_of.resource(facts, payload.text(evidence, path, "resourceId"))
    end,
    ipevidence = function(facts, evidence, path)
        local address = payload.text(evidence, path, "ipAddress")
        if is_victim(evidence) then facts_of.own_ip(facts, address) else facts_of.ip(facts, address) end
    end,
    userevidence = function(facts, evidence, path)
        local account = payload.map(evidence, path, "userAccount")
        local at = payload.at(path, "userAccount")
        facts_of.actor(facts, {kind = "user", object_id = payload.text(account, at, "azureAdUserId"),
            name = payload.text(account, at, "userPrincipalName") or payload.text(account, at, "accountName")})
    end,
    serviceprincipalevidence = function(facts, evidence, path)
        facts_of.tenant(facts, payload.text(evidence, path, "tenantId"))
        facts_of.actor(facts, {kind = "application", app_id = payload.text(evidence, path, "appId"),
            object_id = payload.text(evidence, path, "servicePrincipalObjectId")})
    end,
    deviceevidence = function(facts, evidence, path)
        facts_of.host(facts, payload.text(evidence, path, "deviceDnsName", "hostName"))
    end,
    dnsevidence = function(facts, evidence, path)
        facts_of.domain(facts, payload.text(evidence, path, "domainName"))
    end,
}

local function read(item, path)
    local facts = facts_of.new()
    local graph_id = payload.text(item, path, "id")
    local given = {
        id = payload.text(item, path, "providerAlertId") or graph_id,
        status = payload.text(item, path, "status"), severity = payload.text(item, path, "severity"),
        component = payload.text(item, path, "detectionSource"),
        type = payload.text(item, path, "detectorId"),
        title = payload.text(item, path, "title"), description = payload.text(item, path, "description"),
        start = payload.time(item, path, "firstActivityDateTime"),
        stop = payload.time(item, path, "lastActivityDateTime"),
        raw = item, path = path,
    }
    given.type = given.type or given.title
    facts_of.tenant(facts, payload.text(item, path, "tenantId"))
    given.entities = payload.maps(item, path, "evidence")
    for index, evidence in ipairs(given.entities) do
        local reader = readers[type_of(evidence)]
        if reader then reader(facts, evidence, payload.nth(payload.at(path, "evidence"), index)) end
    end
    defender.properties(facts, payload.map(item, path, "additionalData"),
        payload.at(path, "additionalData"))
    return facts_of.record(facts, given)
end

local namespace = "#microsoft.graph.security."
local sources = {keyvault = "KeyVault", dns = "DNS", ["resource-manager"] = "ResourceManager",
    kubernetes = "Containers"}

local function evidence_of(alert, writing)
    local found = {}
    local function add(kind, role, members)
        members["@odata.type"], members.roles = namespace .. kind, list {role}
        members.createdDateTime, members.verdict = alert["end"], "suspicious"
        table.insert(found, map(members))
    end
    for _, id in ipairs(alert.resources) do add("azureResourceEvidence", "attacked", {resourceId = id}) end
    for _, address in ipairs(alert.ips) do add("ipEvidence", "attacker", {ipAddress = address}) end
    for _, actor in ipairs(alert.actors) do
        if actor.name then
            local name, domain = writing.sides(actor.name)
            add("userEvidence", "compromised", {userAccount = map {accountName = name, domainName = domain,
                azureAdUserId = actor.object_id, userPrincipalName = actor.name}})
        else
            add("servicePrincipalEvidence", "compromised",
                {servicePrincipalObjectId = actor.object_id, appId = actor.app_id, tenantId = alert.tenant})
        end
    end
    for _, name in ipairs(alert.hosts) do add("deviceEvidence", "attacked", {deviceDnsName = name}) end
    for _, target in ipairs(alert.targets) do
        if target.kind == "domain" then add("dnsEvidence", "destination", {domainName = target.name}) end
    end
    return list(found)
end

local function write(alert)
    local writing = use "defender_write"
    local parts = writing.parts(alert)
    return map {
        ["@odata.type"] = namespace .. "alert", id = "dc" .. alert.id, providerAlertId = alert.id,
        status = alert.status or "new", severity = alert.severity and alert.severity:lower(),
        serviceSource = "microsoftDefenderForCloud",
        detectionSource = sources[alert.kind] and "microsoftDefenderFor" .. sources[alert.kind],
        detectorId = alert.type, tenantId = alert.tenant, title = alert.title, description = alert.description,
        category = parts.intent, createdDateTime = alert["end"], firstActivityDateTime = alert.start,
        lastActivityDateTime = alert["end"], evidence = evidence_of(alert, writing),
        additionalData = writing.pascal(parts.properties),
    }
end

return intake {
    name = "graph-v2", order = 30,
    matches = function(raw) return payload.any(raw, is_alert) end,
    alerts = function(raw) return payload.each(raw, is_alert, read) end,
    sample = write,
}
