-- Lists the accounts of a virtual machine that people can sign in with. Nothing in Azure knows them, so a command is run
-- on the machine.
local command = use "command"

local name = "playbook-accounts"

return primitive {
    name = "compute.list_users",
    summary = "Lists the accounts of a virtual machine",
    since = "0.1.0",
    params = command.params,
    returns = {accounts = {type = "list", of = "string", help = "their names"}},
    risk = "contain",
    permissions = command.permissions,
    repeatable = true,
    since_moment = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    target = command.target(name),
    state = command.state,
    observe = command.observe(name, {
        linux = "awk -F: '$3 >= 1000 && $3 < 60000 && $7 !~ /(nologin|false|sync)$/ {print $1}"
            .. " $3 == 0 && $1 != \"root\" {print $1}' /etc/passwd",
        windows = "Get-LocalUser | Where-Object Enabled | ForEach-Object Name",
    }),
    plan = command.plan,
    apply = command.apply(name),
    undo = command.undo,
    result = function(_, _, after)
        local names = command.lines(after)
        return names and {accounts = names}
    end,
}
