-- Refuses addresses at a network security group, in front of what would let them through: for every machine that the
-- group stands before, not for one alone. Connections that are open go on until they end. An address of one's own, or one
-- that the platform itself needs, is left out and said, as is a network that has one; nothing is refused at the group of a
-- quarantine, which refuses all.
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

-- The addresses that a rule has on one side of it.
local function addresses_of(side, has)
    local many = has[side .. "es"] or {}
    return #many > 0 and many or list {has[side]}
end

-- Does the rule refuse all traffic with its addresses, as `written` has it?
local function is_whole(p, has)
    local _, other = sides(p)
    return text.same(has.access, "Deny") and text.same(has.direction, p.direction) and has.protocol == "*"
        and has.sourcePortRange == "*" and has.destinationPortRange == "*" and has[other] == "*"
end

-- Is any of it an address of one's own, or of the platform?
local function is_needed(network)
    if net.is_private(network) or net.within(platform, network) then return true end
    for _, own in ipairs(register "networks") do
        if net.within(network, own.cidr) or net.within(own.cidr, network) then return true end
    end
    return false
end

local function is_address(one)
    local parts = text.split(one, "/")
    return net.is_ip(parts[1]) and (tonumber(parts[2] or "32") or 0) >= 8 and not net.within("0.0.0.0", one)
end

-- The addresses that may be refused, and why the others may not.
local function sift(p)
    local fit, left_out = list {}, list {}
    for _, one in ipairs(p.addresses) do
        if not is_address(one) then
            table.insert(left_out, "'" .. one .. "' is no address that can be refused")
        elseif is_needed(one) then
            table.insert(left_out, one .. " is, or has, an address of one's own or of the platform")
        else
            table.insert(fit, one)
        end
    end
    return fit, left_out
end

-- Does a rule that lets `theirs` through let any of `ours`? What a service's name stands for is not known here.
local function lets_through(theirs, ours)
    for _, one in ipairs(theirs) do
        if not net.is_ip(text.split(one, "/")[1]) then return true end
        for _, address in ipairs(ours) do
            if net.within(address, one) or net.within(one, address) then return true end
        end
    end
    return false
end

-- Where the rule stands in front of every one that lets its addresses through: where it is, or the first free place.
local function place(before, addresses)
    local free
    for priority = first, last do
        local there = before.places[tostring(priority)]
        if priority == before.priority then return priority end
        if not there then
            free = free or priority
        elseif text.same(there.access, "Allow") and lets_through(there.addresses, addresses) then
            return free or refuse("the rule '" .. there.name .. "' lets through, and no place in front of it is free")
        end
    end
    return free or refuse "the group has no place left for a rule"
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
        left_out = {type = "list", of = "string", help = "which addresses are not refused, and why"},
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
        local side = sides(p)
        for _, rule in ipairs(has.securityRules or {}) do
            local it = rule.properties
            if text.same(rule.name, p.name) then
                found.addresses, found.priority, found.etag = addresses_of(side, it), it.priority, rule.etag
                found.foreign = not is_whole(p, it)
            elseif text.same(it.direction, p.direction) then
                found.places[tostring(it.priority)] = {name = rule.name, access = it.access,
                    addresses = addresses_of(side, it)}
            end
        end
        return found
    end,
    plan = function(p, before)
        local fit, left_out = sift(p)
        if #fit == 0 then refuse(#left_out > 0 and text.join(left_out, "; ") or "no address is named") end
        if machine.is_quarantine(p.group) then refuse("the group is that of a quarantine") end
        if before.foreign then refuse("the group has another rule of the name '" .. p.name .. "'") end
        local wanted = list.union(before.addresses or list {}, fit)
        return {addresses = wanted, priority = place(before, wanted)}
    end,
    apply = function(p, before, desired, write)
        operation.put(write, rule_url(p), written(p, desired), {headers = map {["If-Match"] = before.etag}})
    end,
    undo = function(p, before, _, write)
        if before.addresses then
            operation.put(write, rule_url(p), written(p, before))
        else
            operation.delete(write, rule_url(p))
        end
    end,
    result = function(p, before)
        local _, left_out = sift(p)
        return {interfaces = before.interfaces, subnets = before.subnets, left_out = left_out}
    end,
}
