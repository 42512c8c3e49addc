-- The software that Defender for Endpoint found on a machine, parted into what was approved, what nobody wants, and what
-- nobody knows. It is what was installed when the agent last looked; what runs without being installed is not in it.
local endpoint = use "endpoint"
local software = use "software"

return primitive {
    name = "endpoint.list_software",
    summary = "Lists the software of a machine",
    since = "0.1.0",
    params = {
        machine = endpoint.params.machine, approved = software.params.approved, unwanted = software.params.unwanted,
    },
    returns = software.returns,
    risk = "read",
    permissions = {"Software.Read.All"},
    example = {machine = "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4", unwanted = {"dnscat*"}},

    observe = function(p, read)
        local found = list {}
        for _, one in ipairs(read:list(endpoint.software(p.machine)) or {}) do
            table.insert(found, {name = one.name, vendor = one.vendor, weaknesses = one.weaknesses,
                exploit = one.publicExploit})
        end
        return software.part(p, found)
    end,
}
