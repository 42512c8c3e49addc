-- What a virtual machine is, whether it runs, and whether its agent answers.
local machine = use "machine"

local returns = {found = "bool"}
for name, kind in pairs(machine.fields) do
    returns[name] = type(kind) == "string" and {type = text.replace(kind, "?", ""), optional = true} or kind
end

return primitive {
    name = "compute.get_machine",
    summary = "Reads a virtual machine",
    since = "0.1.0",
    params = {machine = {type = "id", help = "resource id of the virtual machine"}},
    returns = returns,
    risk = "read",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Network/networkInterfaces/read"},
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    observe = function(p, read)
        local raw = machine.is_machine(p.machine) and read:get(machine.live_url(p.machine))
        if not raw then
            return {found = false, id = p.machine, reachable = false, rebuildable = false, interfaces = list {},
                addresses = list {}, public = list {}, groups = list {}}
        end
        local more = machine.wishes_for_interfaces(raw)
        local found = machine.describe(raw, #more > 0 and read:all(more) or {})
        found.found = true
        return found
    end,
}
