-- Stops a virtual machine, so that nothing on it runs and nothing is charged for it. What was in its memory and on its
-- temporary disk is lost, and a public address that is not fixed becomes another one: where that is evidence, isolate
-- the machine instead. `power_off` leaves it where it is, and charged for.
local machine = use "machine"
local operation = use "arm_operation"

local verbs = {deallocated = "deallocate", stopped = "powerOff", running = "start"}

-- "starting" and the like are on their way to what counts.
local settled = {starting = "running", stopping = "stopped", deallocating = "deallocated"}

return primitive {
    name = "compute.stop_machine",
    summary = "Stops a virtual machine",
    since = "0.1.0",
    params = {
        machine = {type = "id", help = "resource id of the virtual machine"},
        power_off = {type = "bool", default = false, help = "stop it where it is, without giving its place up"},
    },
    returns = {power = "string?"},
    risk = "contain",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/deallocate/action",
        "Microsoft.Compute/virtualMachines/powerOff/action", "Microsoft.Compute/virtualMachines/start/action"},
    repeatable = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    target = function(p) return machine.url(p.machine) end,
    state = {power = "string"},
    observe = function(p, read)
        local raw = machine.read(p.machine, read)
        if not raw then return nil end
        local power = machine.power(raw)
        return {power = settled[power] or power}
    end,
    -- A machine that is deallocated is stopped as well.
    plan = function(p, before)
        if not before or before.power == "deallocated" then return before end
        if p.power_off and before.power == "stopped" then return before end
        return {power = p.power_off and "stopped" or "deallocated"}
    end,
    apply = function(p, _, desired, write)
        operation.post(write, machine.action(p.machine, verbs[desired.power]), nil,
            {resource = p.machine, becomes = machine.foreseen(desired.power)})
    end,
    undo = function(p, before, _, write)
        local verb = verbs[before.power]
        if not verb then error("nobody can bring back the state '" .. before.power .. "'") end
        operation.post(write, machine.action(p.machine, verb), nil,
            {resource = p.machine, becomes = machine.foreseen(before.power)})
    end,
    result = function(_, _, after) return {power = after and after.power} end,
}
