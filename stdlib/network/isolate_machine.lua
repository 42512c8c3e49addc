-- Cuts a virtual machine off from the network: a security group of its own that refuses everything, at each of its
-- interfaces. A group at the subnet need not be touched, since both have to let a packet through. What stays open, where
-- `keep_agents` says so, is the way out to Azure, without which no command reaches the machine any more; note that
-- attackers rent machines there too. Azure's own resolver answers a machine whatever its group says, unless `cut_dns` is
-- set: a tunnel through names goes on otherwise, and the agents lose their names with it. Which groups the interfaces had
-- is kept, and undoing gives them back.
local machine = use "machine"
local quarantine = use "quarantine"

return primitive {
    name = "network.isolate_machine",
    summary = "Cuts a virtual machine off from the network",
    since = "0.1.0",
    params = {
        machine = {type = "id", help = "resource id of the virtual machine"},
        keep_agents = {type = "bool", default = true,
            help = "leave the way out to Azure (443) open, which agents and commands need"},
        cut_dns = {type = "bool", default = false, help = "refuse names of Azure's own resolver as well"},
        allow_from = {type = "list", of = "cidr", default = list {}, help = "networks that may still reach it"},
    },
    returns = {
        group = {type = "id", help = "the security group that refuses everything"},
        interfaces = {type = "list", of = "id", help = "interfaces of the machine"},
        missing = {type = "list", of = "id", help = "interfaces that the machine names and that are not there"},
    },
    risk = "contain",
    permissions = quarantine.permissions,
    repeatable = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-web-01",
        allow_from = {"192.0.2.0/24"}, cut_dns = true,
    },

    target = function(p) return machine.url(p.machine) end,
    state = quarantine.state,
    observe = quarantine.observe,
    plan = function(p, before)
        if not before then return nil end
        if #before.interfaces == 0 then
            refuse(#before.missing > 0 and "no network interface that the machine names is there"
                or "the machine has no network interface")
        end
        if before.ours then refuse("the responders work from this machine: the response would cut itself off") end
        local interfaces = list {}
        for _, one in ipairs(before.interfaces) do table.insert(interfaces, {id = one.id, group = quarantine.id(p)}) end
        return {interfaces = interfaces,
            quarantine = {rules = quarantine.rules(p), was = map(quarantine.was(p, before))}}
    end,
    apply = function(p, before, desired, write)
        quarantine.put(p, before.region, desired.quarantine, write)
        quarantine.move(before, desired, write)
    end,
    -- The group goes away with the last interface that had it, unless it was there before.
    undo = function(p, before, after, write)
        quarantine.move(after, before, write)
        if before.quarantine then
            quarantine.put(p, before.region, before.quarantine, write)
        else
            quarantine.delete(p, write)
        end
    end,
    result = function(p, before, after)
        return {group = quarantine.id(p), interfaces = list.pluck(after and after.interfaces or list {}, "id"),
            missing = before and before.missing or list {}}
    end,
}
