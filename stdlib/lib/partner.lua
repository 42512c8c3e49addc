-- What fraud events say of resources, machines and addresses, in Partner Center's API and in Graph's.
local payload = use "intake"
local facts_of = use "alert_facts"

local M = {}

local machine = "microsoft.compute/virtualmachines"

function M.affected(facts, event, path)
    for index, item in ipairs(payload.maps(event, path, "affectedResources")) do
        local at = payload.nth(payload.at(path, "affectedResources"), index)
        facts_of.resource(facts, payload.text(item, at, "azureResourceId", "resourceId"))
    end
end

-- The named resource is a host when its address, or else the service, says that it is a machine.
function M.host(facts, name, url, service)
    local resource = url and payload.resource(url)
    if resource and resource.type:lower() ~= machine then return end
    if not resource and (service or ""):lower() ~= "virtual machines" then return end
    facts_of.host(facts, name)
end

-- Addresses of mining pools are the attacker's; vM_IP is the machine's own. Details with a machine's address speak of
-- the affected machines themselves.
function M.details(facts, event, path)
    local details, at = payload.map(event, path, "additionalDetails"), payload.at(path, "additionalDetails")
    local own = payload.text(details, at, "vM_IP")
    facts_of.own_ip(facts, own)
    facts_of.ip(facts, payload.text(details, at, "miningPool_IP"))
    facts_of.resource(facts, payload.text(details, at, "resourceid"))
    if not own then return end
    for _, resource in ipairs(facts.resources) do
        if resource.type:lower() == machine then facts_of.host(facts, resource.name) end
    end
end

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
