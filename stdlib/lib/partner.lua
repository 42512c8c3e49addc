-- What fraud events say of resources, machines and addresses, in Partner Center's API and in Graph's.
local M = {}

M.machine = "Microsoft.Compute/virtualMachines"

M.affected = {{each = "affectedResources", reads = {{resource = {"azureResourceId", "resourceId"}}}}}

-- Addresses of mining pools are the attacker's; vM_IP is the machine's own. Details with a machine's address speak of
-- the affected machines themselves.
M.details = {{into = "additionalDetails", reads = {
    {own_ip = "vM_IP"}, {ip = "miningPool_IP"}, {resource = "resourceid"},
    {hosts_of = M.machine, when = {{has = "vM_IP"}}},
}}}

-- The inverse, for samples.
function M.write_affected(alert, id_name, type_name)
    local found = {}
    for _, id in ipairs(alert.resources) do
        table.insert(found, map {[id_name] = id, [type_name] = "AzureResource"})
    end
    return list(found)
end

function M.write_details(alert)
    if #alert.ips == 0 then return map {} end
    return map {miningPool_IP = use "defender_write".json(alert.ips), vM_IP = '["192.0.2.131"]'}
end

return M
