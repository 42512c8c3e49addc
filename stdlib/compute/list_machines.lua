-- The virtual machines among the resources of an alert, read side by side. Alerts may name vaults, subscriptions or
-- clusters too: those are listed as `others`. What is not there any more is `missing` (sample alerts name machines that
-- never were).
local machine = use "machine"

return primitive {
    name = "compute.list_machines",
    summary = "Reads the virtual machines that an alert names",
    since = "0.1.0",
    params = {ids = {type = "list", of = "string", help = "resource ids; those of no machine are passed over"}},
    returns = {
        found = {type = "list", of = {type = "record", fields = machine.fields}},
        missing = {type = "list", of = "string"},
        others = {type = "list", of = "string", help = "ids of something else"},
    },
    risk = "read",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Network/networkInterfaces/read"},
    example = {
        ids = {"/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-web-01"},
    },

    observe = function(p, read)
        local ids, others, missing, found = list {}, list {}, list {}, list {}
        for _, one in ipairs(list.unique(p.ids)) do
            table.insert(machine.is_machine(one) and ids or others, one)
        end
        local wishes = {}
        for _, one in ipairs(ids) do table.insert(wishes, {"get", machine.live_url(one)}) end
        local answers = #wishes > 0 and read:all(wishes) or {}
        for i, one in ipairs(ids) do
            local raw = answers[i]
            if raw then
                local more = machine.wishes_for_interfaces(raw)
                table.insert(found, machine.describe(raw, #more > 0 and read:all(more) or {}))
            else
                table.insert(missing, one)
            end
        end
        return {found = found, missing = missing, others = others}
    end,
}
