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

function machine.disk_url(id)
    return uri("arm:{+id}?api-version=2023-10-02", {id = id})
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

return machine
