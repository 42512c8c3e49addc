-- Lists the accounts of a virtual machine that people can sign in with. Nothing in Azure knows them, so a command is run
-- on the machine, with all rights there: that counts as a change, although it changes nothing. The names come from a
-- machine that may be in the wrong hands.
local command = use "command"
local machine = use "machine"

local scripts = {
    linux = list {"awk -F: '$3 >= 1000 && $3 < 60000 && $7 !~ /(nologin|false|sync)$/ {print \"account \" $1}"
        .. " $3 == 0 && $1 != \"root\" {print \"account \" $1}' /etc/passwd; echo \"exit $?\""},
    windows = list {"Get-LocalUser | Where-Object Enabled | ForEach-Object { 'account ' + $_.Name }; 'exit 0'"},
}

return primitive {
    name = "compute.list_users",
    summary = "Lists the accounts of a virtual machine",
    since = "0.1.0",
    params = {machine = {type = "id", help = "resource id of the virtual machine"}},
    returns = {accounts = {type = "list", of = "string", optional = true, help = "names; absent where it was not run"}},
    risk = "contain",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/runCommand/action"},
    repeatable = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    target = function(p) return machine.url(p.machine) end,
    once = function(p) return "compute.list_users " .. p.machine end,
    apply = function(p, _, _, write)
        local raw = machine.read(p.machine, write)
        if not raw then error("the machine is not there", 0) end
        if machine.power(raw) ~= "running" then error("the machine is not running: nobody can look into it", 0) end
        local os = machine.os(raw)
        local script = text.same(os, "Windows") and scripts.windows or scripts.linux
        local accounts = list {}
        for _, line in ipairs(command.run(p.machine, os, script, write) or {}) do
            if text.starts(line, "account ") then
                table.insert(accounts, text.trim(string.sub(line, #"account " + 1)))
            end
        end
        return {accounts = accounts}
    end,
    undo = irreversible "a command that was run cannot be called back; it changed nothing",
}
