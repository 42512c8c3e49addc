-- An alert of Microsoft Graph's first security API (legacy): category carries the code, userStates, networkConnections
-- and securityResources the rest.
local payload = use "intake"
local facts_of = use "alert_facts"

local function is_alert(item)
    return type(payload.get(item, "vendorInformation")) == "table" and payload.get(item, "evidence") == nil
end

local function confidence(item, path)
    local value = payload.get(item, "confidence")
    return math.type(value) == "integer" and tostring(value) or payload.text(item, path, "confidence")
end

local function read(item, path)
    local facts = facts_of.new()
    local given = {
        id = payload.text(item, path, "id"), raw = item, path = path,
        type = payload.text(item, path, "category"), confidence = confidence(item, path),
        description = payload.text(item, path, "description"),
        start = payload.time(item, path, "eventDateTime"), stop = payload.time(item, path, "lastEventDateTime"),
        severity = payload.text(item, path, "severity"), status = payload.text(item, path, "status"),
        title = payload.text(item, path, "title"),
        component = payload.text(payload.map(item, path, "vendorInformation"),
            payload.at(path, "vendorInformation"), "subProvider"),
    }
    given.type = given.type or given.title
    facts_of.tenant(facts, payload.text(item, path, "azureTenantId"))
    for index, state in ipairs(payload.maps(item, path, "hostStates")) do
        local at = payload.nth(payload.at(path, "hostStates"), index)
        facts_of.host(facts, payload.text(state, at, "netBiosName", "fqdn"))
        facts_of.own_ip(facts, payload.text(state, at, "privateIpAddress"))
        facts_of.own_ip(facts, payload.text(state, at, "publicIpAddress"))
    end
    for index, connection in ipairs(payload.maps(item, path, "networkConnections")) do
        local at = payload.nth(payload.at(path, "networkConnections"), index)
        facts_of.ip(facts, payload.text(connection, at, "sourceAddress"))
    end
    for index, resource in ipairs(payload.maps(item, path, "securityResources")) do
        local at = payload.nth(payload.at(path, "securityResources"), index)
        facts_of.resource(facts, payload.text(resource, at, "resource"))
    end
    for index, state in ipairs(payload.maps(item, path, "userStates")) do
        local at = payload.nth(payload.at(path, "userStates"), index)
        facts_of.actor(facts, {
            name = payload.text(state, at, "userPrincipalName") or payload.text(state, at, "accountName"),
            object_id = payload.text(state, at, "aadUserId"),
        })
        facts_of.ip(facts, payload.text(state, at, "logonIp"))
    end
    facts_of.subscription(facts, payload.text(item, path, "azureSubscriptionId"))
    return facts_of.record(facts, given)
end

local function write(alert)
    local writing = use "defender_write"
    local connections, resources, users = {}, {}, {}
    for _, address in ipairs(alert.ips) do
        table.insert(connections, map {direction = "inbound", sourceAddress = address, status = "succeeded"})
    end
    for _, id in ipairs(alert.resources) do
        table.insert(resources, map {resource = id, resourceType = "attacked"})
    end
    for _, actor in ipairs(alert.actors) do
        local name, domain = writing.sides(actor.name)
        table.insert(users, map {aadUserId = actor.object_id, accountName = name, domainName = domain,
            userPrincipalName = actor.name, logonIp = alert.ip})
    end
    return map {
        id = alert.id, azureTenantId = alert.tenant, azureSubscriptionId = alert.subscription, category = alert.type,
        createdDateTime = alert["end"], description = alert.description, eventDateTime = alert.start,
        lastEventDateTime = alert["end"], severity = alert.severity and alert.severity:lower(),
        status = alert.status or "newAlert", title = alert.title, networkConnections = list(connections),
        vendorInformation = map {provider = "ASC", subProvider = writing.parts(alert).component, vendor = "Microsoft"},
        securityResources = list(resources), userStates = list(users),
    }
end

return intake {
    name = "graph-v1", order = 31,
    matches = function(raw) return payload.any(raw, is_alert) end,
    alerts = function(raw) return payload.each(raw, is_alert, read) end,
    sample = write,
}
