-- Finds a virtual machine in Defender for Endpoint. A name proves nothing: the machine is taken only where the id that
-- Azure gave it is the same or, where Defender does not say, name and address both are. `ambiguous` says that several
-- could be meant, and then none is taken.
local endpoint = use "endpoint"

local function first_label(name)
    return text.split(name or "", ".")[1]
end

local function is_it(raw, p)
    local metadata = raw.vmMetadata or {}
    if metadata.vmId and p.vm_id then return text.same(metadata.vmId, p.vm_id) end
    if metadata.resourceId and p.resource then return id.same(metadata.resourceId, p.resource) end
    return text.same(first_label(raw.computerDnsName), first_label(p.name)) and list.contains(p.addresses, raw.lastIpAddress)
end

return primitive {
    name = "endpoint.find_machine",
    summary = "Finds a virtual machine in Defender for Endpoint",
    since = "0.1.0",
    params = {
        name = {type = "string", help = "name of the machine, as it calls itself"},
        vm_id = {type = "guid", optional = true, help = "the id that Azure gave it (vmId)"},
        resource = {type = "id", optional = true, help = "its resource id"},
        addresses = {type = "list", of = "string", default = list {}, help = "its addresses"},
    },
    returns = {
        found = {type = "bool", help = "does it carry the agent?"}, ambiguous = "bool", id = "string?", name = "string?",
        os = "string?", health = "string?", onboarding = "string?", last_seen = "time?", risk = "string?",
        exposure = "string?", isolated = "bool",
    },
    risk = "read",
    permissions = {"Machine.Read.All"},
    example = {
        name = "vm-hr-01",
        resource = "/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/resourceGroups/rg-hr-data"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-hr-01",
    },

    observe = function(p, read)
        local taken = list {}
        for _, raw in ipairs(read:list(endpoint.named(first_label(p.name))) or {}) do
            if is_it(raw, p) and text.same(raw.onboardingStatus or "onboarded", "onboarded") then
                table.insert(taken, raw)
            end
        end
        -- A machine that was onboarded anew leaves its old record behind, which is seen no more.
        local active = list.where(taken, "healthStatus", "Active")
        if #taken > 1 and #active == 1 then taken = active end
        if #taken ~= 1 then return {found = false, ambiguous = #taken > 1, isolated = false} end
        local raw = taken[1]
        return {
            found = true, ambiguous = false, id = raw.id, name = raw.computerDnsName, os = raw.osPlatform,
            health = raw.healthStatus, onboarding = raw.onboardingStatus, last_seen = raw.lastSeen, risk = raw.riskScore,
            exposure = raw.exposureLevel, isolated = endpoint.standing(read:list(endpoint.actions(raw.id))).isolated,
        }
    end,
}
