-- An alert of Microsoft Graph's first security API (legacy): category carries the code, userStates, networkConnections
-- and securityResources the rest.
local function write(alert)
    local writing = use "defender_write"
    local connections, resources, users, hosts = {}, {}, {}, {}
    for _, name in ipairs(alert.hosts) do table.insert(hosts, map {netBiosName = name}) end
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
        hostStates = list(hosts), securityResources = list(resources), userStates = list(users),
    }
end

return intake {
    name = "graph-v1", order = 31,
    is = {{has = "vendorInformation", a = "map"}, {lacks = "evidence"}},
    reads = {
        {id = "id"}, {type = {"category", "title"}}, {confidence = "confidence"}, {description = "description"},
        {start = "eventDateTime"}, {["end"] = "lastEventDateTime"}, {severity = "severity"}, {status = "status"},
        {title = "title"}, {into = "vendorInformation", reads = {{component = "subProvider"}}},
        {tenant = "azureTenantId"},
        {each = "hostStates", reads = {
            {host = {"netBiosName", "fqdn"}}, {own_ip = "privateIpAddress"}, {own_ip = "publicIpAddress"},
        }},
        {each = "networkConnections", reads = {{ip = "sourceAddress"}}},
        {each = "securityResources", reads = {{resource = "resource"}}},
        {each = "userStates", reads = {
            {actor = {name = {"userPrincipalName", "accountName"}, object_id = "aadUserId"}}, {ip = "logonIp"},
        }},
        {subscription = "azureSubscriptionId"},
    },
    sample = write,
}
