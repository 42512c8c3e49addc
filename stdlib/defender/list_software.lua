-- The software that Defender for Cloud found on a virtual machine, where Defender for Endpoint does not know it: a scan
-- from outside needs no agent. An empty list says that nobody looked, not that nothing is there.
local software = use "software"

return primitive {
    name = "defender.list_software",
    summary = "Lists the software of a virtual machine",
    since = "0.1.0",
    params = {
        machine = {type = "id", help = "resource id of the virtual machine"},
        approved = software.params.approved, unwanted = software.params.unwanted,
    },
    returns = software.returns,
    risk = "read",
    permissions = {"Microsoft.Security/softwareInventories/read"},
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
        unwanted = {"xmr*"},
    },

    observe = function(p, read)
        local found = list {}
        for _, one in ipairs(read:list(uri("arm:{+machine}/providers/Microsoft.Security/softwareInventories"
            .. "?api-version=2021-05-01-preview", p)) or {}) do
            local has = one.properties
            table.insert(found, {name = has.softwareName, vendor = has.vendor, version = has.version,
                weaknesses = has.numberOfKnownVulnerabilities})
        end
        return software.part(p, found)
    end,
}
