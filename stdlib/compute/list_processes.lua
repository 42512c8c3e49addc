-- Lists what runs on a virtual machine, by the names of programs: also what was never installed. A command is run on the
-- machine for it; where somebody has all rights there, it may be shown less than there is.
local command = use "command"
local software = use "software"

local name = "playbook-processes"

return primitive {
    name = "compute.list_processes",
    summary = "Lists what runs on a virtual machine",
    since = "0.1.0",
    params = {
        machine = command.params.machine, since = command.params.since, approved = software.params.approved,
        unwanted = software.params.unwanted,
    },
    returns = {
        processes = {type = "list", of = "string", help = "names of programs"},
        unwanted = {type = "list", of = "string", help = "names that nobody wants"},
        unknown = {type = "list", of = "string", help = "names that no pattern approves"},
    },
    risk = "contain",
    permissions = command.permissions,
    repeatable = true,
    since_moment = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
        unwanted = {"xmr*"},
    },

    target = command.target(name),
    state = command.state,
    observe = command.observe(name, {
        linux = "ps -e -o comm= | sort -u",
        windows = "Get-Process | ForEach-Object ProcessName | Sort-Object -Unique",
    }),
    plan = command.plan,
    apply = command.apply(name),
    undo = command.undo,
    result = function(p, _, after)
        local names, found = command.lines(after), list {}
        if not names then return nil end
        for _, one in ipairs(names) do table.insert(found, {name = one}) end
        local parted = software.part(p, found)
        return {processes = names, unwanted = parted.unwanted, unknown = parted.unknown}
    end,
}
