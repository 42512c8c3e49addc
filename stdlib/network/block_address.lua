-- Refuses addresses at a network security group, in front of what it lets through: for every machine that the group stands
-- before, not for one alone. Connections that are open go on until they end. An address of one's own, or one that the
-- platform itself needs, is never refused, nor a network that has one; nor is anything at the group of a quarantine, which
-- refuses all.
local machine = use "machine"
local operation = use "arm_operation"

local first, last = 100, 4096
local platform = "168.63.129.16"

local function rule_url(p)
    return uri("arm:{+group}/securityRules/{name}?api-version=2024-01-01", p)
end

-- The side of a rule that the addresses are on, and the other one.
local function sides(p)
    local from, to = "sourceAddressPrefix", "destinationAddressPrefix"
    if p.direction == "Inbound" then return from, to end
    return to, from
end

local function written(p, wanted)
    local side, other = sides(p)
    return {properties = {protocol = "*", sourcePortRange = "*", destinationPortRange = "*", access = "Deny",
        direction = p.direction, priority = wanted.priority, description = "Refused in an incident response",
        [side .. "es"] = wanted.addresses, [other] = "*"}}
end

-- The addresses that a rule is about.
local function addresses_of(p, has)
    local side = sides(p)
    local many = has[side .. "es"] or {}
    return #many > 0 and many or list {has[side]}
end

-- Is any of it an address of one's own, or of the platform?
local function is_needed(network)
    if net.is_private(network) or net.within(platform, network) then return true end
    for _, own in ipairs(register "networks") do
        if net.within(network, own.cidr) or net.within(own.cidr, network) then return true end
    end
    return false
end

local function check_addresses(p)
    if #p.addresses == 0 then refuse("no address is named") end
    for _, one in ipairs(p.addresses) do
        local parts = text.split(one, "/")
        local bits = tonumber(parts[2] or "32") or 0
        if not net.is_ip(parts[1]) or bits < 8 or net.within("0.0.0.0", one) then
            refuse("'" .. one .. "' is no address that can be refused")
        end
        if is_needed(one) then refuse(one .. " is, or has, an address of one's own or of the platform") end
    end
end

-- A free place in front of every rule of that direction that lets something through.
local function place(before)
    for priority = first, last do
        local there = before.places[tostring(priority)]
        if not there then return priority end
        if there == "Allow" then refuse("the group's first rule lets through: nothing can stand in front of it") end
    end
    refuse("the group has no place left for a rule")
end

return primitive {
    name = "network.block_address",
    summary = "Refuses addresses at a network security group",
    since = "0.1.0",
    params = {
        group = {type = "id", help = "resource id of the network security group"},
        addresses = {type = "list", of = "string", help = "addresses or networks"},
        direction = {type = "enum", values = {"Outbound", "Inbound"}, default = "Outbound",
            help = "whether they are not to be reached, or not to reach"},
        name = {type = "name", default = "incident-response", help = "name of the rule"},
    },
    returns = {
        interfaces = {type = "list", of = "string", help = "network interfaces that the group stands before"},
        subnets = {type = "list", of = "string", help = "subnets that the group stands before"},
    },
    risk = "contain",
    permissions = {"Microsoft.Network/networkSecurityGroups/read",
        "Microsoft.Network/networkSecurityGroups/securityRules/write",
        "Microsoft.Network/networkSecurityGroups/securityRules/delete"},
    repeatable = true,
    example = {
        group = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.Network/networkSecurityGroups/nsg-web",
        addresses = {"203.0.113.20", "203.0.113.21"},
    },

    target = rule_url,
    state = {addresses = {type = "set", of = "string", optional = true}, priority = "int?"},
    observe = function(p, read)
        local raw = operation.settled(read, machine.interface_url(p.group))
        if not raw then error("the group is not there", 0) end
        local has = raw.properties
        local found = {addresses = null, priority = null, places = map {},
            interfaces = list.pluck(has.networkInterfaces or {}, "id"), subnets = list.pluck(has.subnets or {}, "id")}
        for _, rule in ipairs(has.securityRules or {}) do
            local it = rule.properties
            if text.same(rule.name, p.name) then
                found.addresses, found.priority = addresses_of(p, it), it.priority
                found.foreign = not text.same(it.access, "Deny") or not text.same(it.direction, p.direction)
            elseif text.same(it.direction, p.direction) then
                found.places[tostring(it.priority)] = it.access
            end
        end
        return found
    end,
    plan = function(p, before)
        check_addresses(p)
        if text.starts(id.name(p.group), "quarantine-") then refuse("the group is that of a quarantine") end
        if before.foreign then refuse("the group has another rule of the name '" .. p.name .. "'") end
        local there = before.addresses or list {}
        if #list.without(p.addresses, there) == 0 then return before end
        return {addresses = list.union(there, p.addresses), priority = before.priority or place(before)}
    end,
    apply = function(p, _, desired, write) operation.put(write, rule_url(p), written(p, desired)) end,
    undo = function(p, before, _, write)
        if before.addresses then
            operation.put(write, rule_url(p), written(p, before))
        else
            operation.delete(write, rule_url(p))
        end
    end,
    result = function(_, before)
        return {interfaces = before.interfaces, subnets = before.subnets}
    end,
}
