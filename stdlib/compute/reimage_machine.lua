-- Makes the system of a virtual machine anew from the image that it was made from. The disk that it had is kept beside it
-- unless `keep_disk` says no: it is evidence, and the only way back. Data disks, the managed identity, role assignments
-- and the public address stay as they are and have to be looked at separately; extensions, the agents of security tools
-- among them, have to be put in again. It is in place when the system's disk is younger than `since`.
local arm = use "arm"
local disk = use "disk"
local machine = use "machine"
local operation = use "arm_operation"

-- A disk is not described without how it was made, be it in a change of something else.
local function keep_old_disk(p, before, write)
    operation.patch(write, machine.url(p.machine),
        {properties = {storageProfile = {osDisk = {createOption = before.origin, deleteOption = "Detach"}}}})
end

return primitive {
    name = "compute.reimage_machine",
    summary = "Makes the system of a virtual machine anew from its image",
    since = "0.1.0",
    params = {
        machine = {type = "id", help = "resource id of the virtual machine"},
        keep_disk = {type = "bool", default = true, help = "keep the disk that the system had"},
        since = {type = "time", optional = true,
            help = "in place when made later than this; default: the end of the alert, else an hour ago"},
    },
    returns = {disk = {type = "id", optional = true, help = "the disk of the system now"},
        kept = {type = "id", optional = true, help = "the disk that it had"}},
    risk = "destroy",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/write",
        "Microsoft.Compute/virtualMachines/reimage/action", "Microsoft.Compute/disks/read"},
    repeatable = false,
    since_moment = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    target = function(p) return machine.url(p.machine) end,
    state = {made = "time?", disk = "id?"},
    observe = function(p, read)
        local raw = machine.read(p.machine, read)
        if not raw then return nil end
        local storage = raw.properties.storageProfile or {}
        local system = storage.osDisk or {}
        local path = system.managedDisk and system.managedDisk.id
        local young = path and read:get(disk.url(path))
        return {made = young and young.properties.timeCreated, disk = path, origin = system.createOption,
            keeps = text.same(system.deleteOption, "Detach"), passing = system.diffDiskSettings ~= nil,
            image = storage.imageReference ~= nil and raw.properties.osProfile ~= nil}
    end,
    plan = function(p, before)
        if not before then return nil end
        if before.made and not time.before(before.made, arm.since(p.since)) then return before end
        if not before.image then
            refuse("it was not made from an image that is named: give it a system disk from a clean source instead")
        end
        if before.passing or not before.made then
            refuse("the age of its system cannot be seen, so nobody could tell whether it was made anew")
        end
        return {made = now()}
    end,
    apply = function(p, before, desired, write)
        if p.keep_disk and not before.keeps then keep_old_disk(p, before, write) end
        operation.post(write, machine.action(p.machine, "reimage"), nil,
            {resource = before.disk, becomes = {properties = {timeCreated = desired.made}}})
    end,
    undo = irreversible "the system is a new one; the disk that it had can be put back by hand where it was kept",
    result = function(p, before, after)
        return {disk = after and after.disk, kept = p.keep_disk and before and before.disk or nil}
    end,
}
