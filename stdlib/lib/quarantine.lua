-- The security group that cuts a machine off. It lies beside its machine, refuses everything but what it is told to let
-- through, and keeps in its tags which groups the interfaces had, so that whoever ends the quarantine, in whatever run,
-- gives them exactly those back.
local arm = use "arm"
local machine = use "machine"
local operation = use "arm_operation"

local quarantine = {}

local none = "no group"

-- In the machine's own group of resources and region.
function quarantine.id(p)
    local parts = text.split(p.machine, "/")
    return text.join({"", "subscriptions", parts[3], "resourceGroups", parts[5], "providers", "Microsoft.Network",
        "networkSecurityGroups", "quarantine-" .. parts[9]}, "/")
end

local function group_url(p)
    return machine.interface_url(quarantine.id(p))
end

local function rule(name, direction, access, priority, rest)
    local found = {name = name, direction = direction, access = access, priority = priority}
    for key, value in pairs(rest or {}) do found[key] = value end
    return found
end

-- What a rule says of everything, it need not say.
local function unless_all(value)
    if value ~= "*" then return value end
end

function quarantine.rules(p)
    local rules = list {}
    if #p.allow_from > 0 then
        table.insert(rules, rule("allow-responders-in", "Inbound", "Allow", 100, {from = p.allow_from}))
    end
    table.insert(rules, rule("deny-all-in", "Inbound", "Deny", 4096))
    if p.cut_dns then table.insert(rules, rule("deny-names-out", "Outbound", "Deny", 100, {to = "AzurePlatformDNS"})) end
    if p.keep_agents then
        table.insert(rules, rule("allow-azure-out", "Outbound", "Allow", 200,
            {protocol = "Tcp", port = "443", to = "AzureCloud"}))
    end
    table.insert(rules, rule("deny-all-out", "Outbound", "Deny", 4096))
    return rules
end

local function read_rules(raw)
    local rules = list {}
    for _, one in ipairs(raw.properties.securityRules or {}) do
        local has = one.properties
        local many, one_from = has.sourceAddressPrefixes or {}, unless_all(has.sourceAddressPrefix)
        table.insert(rules, {name = one.name, direction = has.direction, access = has.access, priority = has.priority,
            protocol = unless_all(has.protocol), port = unless_all(has.destinationPortRange),
            from = #many > 0 and many or one_from and list {one_from} or nil,
            to = unless_all(has.destinationAddressPrefix)})
    end
    return rules
end

local function written(one)
    local properties = {direction = one.direction, access = one.access, priority = one.priority,
        protocol = one.protocol or "*", sourcePortRange = "*", destinationPortRange = one.port or "*",
        destinationAddressPrefix = one.to or "*", description = "Quarantine"}
    local from = one.from or {"*"}
    if #from == 1 then properties.sourceAddressPrefix = from[1] else properties.sourceAddressPrefixes = from end
    return {name = one.name, properties = properties}
end

-- Flows that are under way are judged anew as well.
function quarantine.put(p, region, group, write)
    local all = list {}
    for _, one in ipairs(group.rules) do table.insert(all, written(one)) end
    operation.put(write, group_url(p), {location = region, tags = map(group.was),
        properties = {flushConnection = true, securityRules = all}})
end

function quarantine.delete(p, write)
    operation.delete(write, group_url(p))
end

-- An interface is replaced as a whole, so it is sent as it is now, but for its group, and only if it still is.
local function set_group(id, group, write)
    local url = machine.interface_url(id)
    local now = write:get(url)
    if not now then error("the interface " .. id .. " is gone") end
    local body, properties = {}, {}
    for key, value in pairs(now) do
        if key ~= "etag" and key ~= "properties" then body[key] = value end
    end
    for key, value in pairs(now.properties) do
        if key ~= "provisioningState" and key ~= "resourceGuid" and key ~= "networkSecurityGroup" then
            properties[key] = value
        end
    end
    if group then properties.networkSecurityGroup = {id = group} end
    body.properties = properties
    operation.put(write, url, body, {headers = map {["If-Match"] = now.etag}})
end

local function differs(a, b)
    return (a == nil) ~= (b == nil) or (a ~= nil and not id.same(a, b))
end

-- Gives each interface the group that `to` says.
function quarantine.move(from, to, write)
    local was = {}
    for _, one in ipairs(from.interfaces) do was[text.lower(one.id)] = one.group end
    for _, one in ipairs(to.interfaces) do
        local group = one.group ~= null and one.group or nil
        if differs(was[text.lower(one.id)], group) then set_group(one.id, group, write) end
    end
end

-- Do the responders work from here?
local function is_ours(interface)
    local responders = register "responders"
    for _, one in ipairs(interface.properties.ipConfigurations or {}) do
        local address = one.properties and one.properties.privateIPAddress
        if address and #responders > 0 and net.within(address, responders) then return true end
    end
    return false
end

function quarantine.observe(p, read)
    local raw = machine.read(p.machine, read)
    if not raw then return nil end
    local ids, interfaces, missing, ours = machine.interfaces(raw), list {}, list {}, false
    for _, one in ipairs(ids) do
        local now = operation.settled(read, machine.interface_url(one))
        local group = now and now.properties.networkSecurityGroup
        ours = ours or now and is_ours(now)
        if now then
            table.insert(interfaces, {id = one, group = group and group.id})
        else
            table.insert(missing, one)
        end
    end
    local own = operation.settled(read, group_url(p))
    return {ours = ours, region = raw.location, interfaces = interfaces, missing = missing,
        quarantine = own and {rules = read_rules(own), was = own.tags}}
end

-- What an interface is noted by: its name, and for one that lies elsewhere than its machine also where, for two
-- interfaces of a machine may have one name. The name of a tag takes no slash.
local function noted_as(p, interface)
    local name, group = id.name(interface), id.group(interface)
    return text.lower(text.same(group, id.group(p.machine)) and name or group .. ":" .. name)
end

-- The groups that the interfaces had: what an earlier quarantine noted counts more than what it put there.
function quarantine.was(p, before)
    local noted = before.quarantine and before.quarantine.was or {}
    local was = {}
    for _, one in ipairs(before.interfaces) do
        local name, ours = noted_as(p, one.id), one.group and id.same(one.group, quarantine.id(p))
        was[name] = ours and arm.tag(noted, {name}) or not ours and one.group or none
    end
    return was
end

-- The group that an interface gets back.
function quarantine.before(p, before, interface)
    local group = quarantine.was(p, before)[noted_as(p, interface)]
    if group ~= none then return group end
end

quarantine.state = {
    region = "string?",
    interfaces = {type = "set", key = "id", of = {type = "record", fields = {id = "id", group = "id?"}}},
    quarantine = {type = "record", optional = true, fields = {
        was = {type = "map", of = "string", optional = true},
        rules = {type = "set", key = "name", of = {type = "record", fields = {name = "string", direction = "string",
            access = "string", priority = "int", protocol = "string?", port = "string?", to = "string?",
            from = {type = "set", of = "string", optional = true}}}},
    }},
}

-- Whoever sends an interface again also joins it anew to what it is connected with.
quarantine.permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/networkInterfaces/write", "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/networkSecurityGroups/write", "Microsoft.Network/networkSecurityGroups/delete",
    "Microsoft.Network/networkSecurityGroups/join/action", "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Network/publicIPAddresses/join/action",
    "Microsoft.Network/loadBalancers/backendAddressPools/join/action"}

return quarantine
