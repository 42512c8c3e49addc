-- An alert of Microsoft Graph, alerts_v2: who and what is in evidence[], each with its @odata.type and its roles.
-- detectorId carries the alert code where Defender for Cloud fills it; detectionSource gives the family either way.
local defender = use "defender"

-- A victim's own address, unless it is named the attacker's too.
local attackers = {"attacker", "source"}
local a_victim = {{has = "roles", holds = {"attacked", "compromised"}}, {lacks = "roles", holds = attackers}}
local no_victim = {{any = {{{lacks = "roles", holds = {"attacked", "compromised"}}}, {{has = "roles", holds = attackers}}}}}

local evidence = {
    azureresourceevidence = {{resource = "resourceId"}},
    ipevidence = {{own_ip = "ipAddress", when = a_victim}, {ip = "ipAddress", when = no_victim}},
    userevidence = {{into = "userAccount", reads = {
        {actor = {kind = "user", object_id = "azureAdUserId", name = {"userPrincipalName", "accountName"}}},
    }}},
    serviceprincipalevidence = {
        {tenant = "tenantId"},
        {actor = {kind = "application", app_id = "appId", object_id = "servicePrincipalObjectId"}},
    },
    deviceevidence = {{host = {"deviceDnsName", "hostName"}}},
    dnsevidence = {{domain = "domainName"}},
}

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
    is = {{any = {
        {{has = "evidence", a = "list"}, {has = {"serviceSource", "detectionSource"}}},
        {{has = "@odata.type", is = {"#microsoft.graph.security.alert"}}},
    }}},
    reads = {
        {id = {"providerAlertId", "id"}}, {status = "status"}, {severity = "severity"}, {component = "detectionSource"},
        {type = {"detectorId", "title"}}, {title = "title"}, {description = "description"},
        {start = "firstActivityDateTime"}, {["end"] = "lastActivityDateTime"}, {tenant = "tenantId"},
        {entities = "evidence", by = "@odata.type", kinds = evidence},
        {into = "additionalData", reads = defender.caller},
    },
    sample = write,
}
