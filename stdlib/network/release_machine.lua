-- Ends the quarantine of a virtual machine: its interfaces get the security groups back that they had before, as the
-- quarantine itself has noted them, and its own group goes away. A group that was deleted since cannot be given back; then
-- it fails, and the machine stays cut off.
local machine = use "machine"
local quarantine = use "quarantine"

return primitive {
    name = "network.release_machine",
    summary = "Lets a virtual machine back into the network",
    since = "0.1.0",
    params = {machine = {type = "id", help = "resource id of the virtual machine"}},
    returns = {interfaces = {type = "list", of = "id", help = "interfaces of the machine"}},
    risk = "contain",
    permissions = quarantine.permissions,
    repeatable = true,
    example = {
        machine = "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-dev-box3",
    },

    target = function(p) return machine.url(p.machine) end,
    state = quarantine.state,
    observe = quarantine.observe,
    plan = function(p, before)
        if not before or not before.quarantine then return before end
        local interfaces = list {}
        for _, one in ipairs(before.interfaces) do
            table.insert(interfaces, {id = one.id, group = quarantine.before(p, before, one.id) or null})
        end
        return {interfaces = interfaces, quarantine = null}
    end,
    apply = function(p, before, desired, write)
        quarantine.move(before, desired, write)
        quarantine.delete(p, write)
    end,
    undo = function(p, before, after, write)
        quarantine.put(p, before.region, before.quarantine, write)
        quarantine.move(after, before, write)
    end,
    result = function(_, _, after)
        return {interfaces = list.pluck(after and after.interfaces or list {}, "id")}
    end,
}
