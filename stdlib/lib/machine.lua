-- Virtual machines: where they are, and what Resource Manager says of them in the words of the playbooks.
local arm = use "arm"
local operation = use "arm_operation"

local machine = {}

function machine.url(id)
    return uri("arm:{+id}?api-version=2024-03-01", {id = id})
end

-- With what it does at the moment; the same resource to whatever is laid over its answers.
function machine.live_url(id)
    return uri("arm:{+id}?api-version=2024-03-01&$expand=instanceView", {id = id})
end

function machine.action(id, verb)
    return uri("arm:{+id}/{verb}?api-version=2024-03-01", {id = id, verb = verb})
end

function machine.interface_url(id)
    return uri("arm:{+id}?api-version=2024-01-01", {id = id})
end

function machine.is_machine(id)
    return text.glob("/subscriptions/*/resourceGroups/*/providers/Microsoft.Compute/virtualMachines/*", id or "")
        and #text.split(id, "/") == 9
end

-- "running", "deallocated", …: what the power state says behind its slash.
function machine.power(raw)
    local view = raw.properties.instanceView or {}
    for _, status in ipairs(view.statuses or {}) do
        local parts = text.split(status.code or "", "/")
        if text.same(parts[1], "PowerState") then return parts[2] end
    end
    return "unknown"
end

-- What a view of the machine would say, for a change of its power that is only foreseen.
function machine.foreseen(power)
    return {properties = {instanceView = {statuses = list {{code = "PowerState/" .. power}}}}}
end

function machine.os(raw)
    local disk = (raw.properties.storageProfile or {}).osDisk or {}
    return disk.osType
end

function machine.interfaces(raw)
    local found = list {}
    for _, one in ipairs((raw.properties.networkProfile or {}).networkInterfaces or {}) do
        table.insert(found, one.id)
    end
    return found
end

-- The whole machine, once nothing is being done to it; nil when there is none.
function machine.read(id, read)
    return operation.settled(read, machine.live_url(id))
end

function machine.owner(raw)
    return arm.tag(raw.tags, {"owner", "ownerMail", "contact"})
end

machine.fields = {
    id = "id", name = "string", location = "string?", power = "string", os = "string?", size = "string?",
    vm_id = {type = "guid", optional = true, help = "the id that Azure gave it"},
    computer = {type = "string", optional = true, help = "what it calls itself"},
    admin = {type = "string", optional = true, help = "the account that it was made with"},
    owner = {type = "string", optional = true, help = "the owner that its tags name"},
    created = "time?", reachable = {type = "bool", help = "does its Azure agent answer?"},
    rebuildable = {type = "bool", help = "was it made from an image that is still named?"},
    disk = {type = "id", optional = true, help = "the disk of its system"},
    interfaces = {type = "list", of = "id"},
    addresses = {type = "list", of = "string", help = "its own addresses"},
    identity = {type = "guid", optional = true, help = "object id of its managed identity"},
    public = {type = "list", of = "id", help = "its public addresses, which are resources of their own"},
    groups = {type = "list", of = "id", help = "the security groups of its interfaces, but for that of a quarantine"},
}

local function agent_answers(raw)
    for _, status in ipairs(((raw.properties.instanceView or {}).vmAgent or {}).statuses or {}) do
        if text.same(status.displayStatus, "Ready") then return true end
    end
    return false
end

local function add_addresses(interface, addresses, public)
    for _, one in ipairs(interface.properties.ipConfigurations or {}) do
        local has = one.properties or {}
        if has.privateIPAddress then table.insert(addresses, has.privateIPAddress) end
        if has.publicIPAddress and has.publicIPAddress.id then table.insert(public, has.publicIPAddress.id) end
    end
end

-- Is the security group that of a quarantine (lib/quarantine)?
function machine.is_quarantine(group)
    return text.starts(text.lower(id.name(group)), "quarantine-")
end

-- What an answer with the live view says; `interfaces` are the answers about its interfaces.
function machine.describe(raw, interfaces)
    local has, addresses, public, groups = raw.properties, list {}, list {}, list {}
    local profile_of, storage = has.osProfile or {}, has.storageProfile or {}
    for i = 1, #machine.interfaces(raw) do
        local group = interfaces[i] and interfaces[i].properties.networkSecurityGroup
        if interfaces[i] then add_addresses(interfaces[i], addresses, public) end
        if group and not machine.is_quarantine(group.id) then table.insert(groups, group.id) end
    end
    return {
        id = raw.id, name = raw.name, location = raw.location, power = machine.power(raw), os = machine.os(raw),
        size = (has.hardwareProfile or {}).vmSize, vm_id = has.vmId, computer = profile_of.computerName or raw.name,
        admin = profile_of.adminUsername, owner = machine.owner(raw), created = has.timeCreated,
        reachable = agent_answers(raw),
        rebuildable = storage.imageReference ~= nil and has.osProfile ~= nil,
        disk = ((storage.osDisk or {}).managedDisk or {}).id, interfaces = machine.interfaces(raw),
        addresses = addresses, public = public, groups = list.unique(groups), identity = (raw.identity or {}).principalId,
    }
end

function machine.wishes_for_interfaces(raw)
    local wishes = {}
    for _, one in ipairs(machine.interfaces(raw)) do table.insert(wishes, {"get", machine.interface_url(one)}) end
    return wishes
end

return machine
