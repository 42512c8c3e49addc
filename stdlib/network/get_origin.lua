-- Where an address is at home: in one of the organisation's own networks (register), among the public addresses of its
-- Azure estate (asked of Azure), or nowhere known. Where the alert says that the address is an exit of an anonymity
-- network, or on a list of threats, it counts as foreign, whoever it belongs to. An address of Microsoft clears nobody:
-- attackers rent machines in Azure too.
local inventory = use "inventory"
local register_book = use "register"

local query = "resources | where type =~ 'microsoft.network/publicipaddresses' "
    .. "| where properties.ipAddress == {ip} | project id, name"

local function reputation(type_of_alert)
    local low = text.lower(type_of_alert or "")
    if text.contains(low, "toraccess") or text.contains(low, "proxyip") then return "tor" end
    return text.contains(low, "suspiciousip") and "threat" or nil
end

-- The resource of the organisation's own that has this public address.
local function own_resource(ip, read)
    return inventory.rows(read, profile "scope", kql(query, {ip = ip}))[1]
end

-- The narrowest of the cloud's service tags that has this address: the answer of one place tells of all.
local function own_service(ip, p, read)
    local answer = read:get(uri("arm:/subscriptions/{s}/providers/Microsoft.Network/locations/{l}/serviceTags"
        .. "?api-version=2024-01-01", {s = profile "scope"[1], l = p.location}), {denied_ok = true})
    local narrowest, name
    for _, tag in ipairs(answer and answer.values or {}) do
        local prefixes = tag.properties.addressPrefixes
        if (not narrowest or #prefixes < narrowest) and net.within(ip, prefixes) then
            narrowest, name = #prefixes, tag.name
        end
    end
    return name
end

local function origin_of(ip, p, read)
    local ill = reputation(p.alert_type)
    if ill then return {ip = ip, inside = false, kind = ill} end
    local network = register_book.network(ip)
    if network then return {ip = ip, inside = true, kind = "own", name = network.name} end
    if net.is_private(ip) then return {ip = ip, inside = true, kind = "private"} end
    local resource = own_resource(ip, read)
    if resource then return {ip = ip, inside = true, kind = "azure", name = resource.name, resource = resource.id} end
    local service = p.service_tags and own_service(ip, p, read)
    if service then return {ip = ip, inside = false, kind = "microsoft", name = service} end
    return {ip = ip, inside = false, kind = "unknown"}
end

return primitive {
    name = "network.get_origin",
    summary = "Tells whether an address is one of the organisation's own",
    since = "0.1.0",
    params = {
        ip = {type = "ip", optional = true, help = "the address; without one nothing is known"},
        others = {type = "list", of = "ip", default = list {},
            help = "further addresses of the same traffic: it is the organisation's own only where all of them are"},
        alert_type = {type = "string", optional = true, help = "type of the alert: some name the kind of place"},
        service_tags = {type = "bool", default = false,
            help = "ask Azure whether an address that nobody knows is one of its own: a large answer"},
        location = {type = "string", default = "westeurope", help = "a location of this cloud, which is asked"},
    },
    returns = {
        ip = {type = "ip", optional = true, help = "which address is told of: the first that is none of its own, else the first"},
        inside = {type = "bool", help = "does it belong to the organisation?"},
        kind = {type = "enum", values = {"own", "azure", "private", "tor", "threat", "microsoft", "unknown", "none"}},
        name = {type = "string", optional = true, help = "of the network, the resource or the service tag"},
        resource = "id?",
        outside = {type = "list", of = "ip", help = "the addresses that are none of its own"},
    },
    risk = "read",
    permissions = {"Microsoft.Network/publicIPAddresses/read", "Microsoft.Network/locations/serviceTags/read"},
    example = {ip = "198.51.100.77", service_tags = true},

    observe = function(p, read)
        local first, outside = nil, list {}
        for _, ip in ipairs(list.union(p.ip and {p.ip} or {}, p.others)) do
            local found = origin_of(ip, p, read)
            if not found.inside then table.insert(outside, ip) end
            if not first or first.inside and not found.inside then first = found end
        end
        first = first or {inside = false, kind = "none"}
        first.outside = outside
        return first
    end,
}
