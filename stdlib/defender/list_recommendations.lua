-- What Defender for Cloud recommends for a resource and is not done: each with what to do. They are asked for at the
-- subscription, which is where the service lists them, and those of the resource are picked out.
local arm = use "arm"

local function list_url(resource)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Security/assessments?api-version=2021-06-01",
        {s = id.subscription(resource)})
end

local function whole_url(assessment)
    return uri("arm:{+id}?api-version=2021-06-01&$expand=metadata", {id = assessment})
end

local weight = {High = 1, Medium = 2, Low = 3}

return primitive {
    name = "defender.list_recommendations",
    summary = "Lists what Defender recommends for a resource",
    since = "0.1.0",
    params = {resource = {type = "id", help = "resource id"}},
    returns = {
        open = {type = "list", of = {type = "record", fields = {id = "id", title = "string", severity = "string?",
            remediation = "string?"}}, help = "not done, the gravest first"},
        titles = {type = "list", of = "string"},
    },
    risk = "read",
    permissions = {"Microsoft.Security/assessments/read"},
    example = {
        resource = "/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/resourceGroups/rg-hr-data"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-hr-01",
    },

    observe = function(p, read)
        local wishes, ids = {}, list {}
        for _, one in ipairs(read:list(list_url(p.resource)) or {}) do
            local has = one.properties
            local where = has.resourceDetails and (has.resourceDetails.id or has.resourceDetails.Id) or ""
            if text.same((has.status or {}).code, "Unhealthy") and arm.within(where, p.resource) then
                table.insert(ids, one.id)
                table.insert(wishes, {"get", whole_url(one.id)})
            end
        end
        local answers, by_weight = #wishes > 0 and read:all(wishes) or {}, {list {}, list {}, list {}}
        for i, path in ipairs(ids) do
            local has = answers[i] and answers[i].properties or {}
            local metadata = has.metadata or {}
            table.insert(by_weight[weight[metadata.severity] or 3], {id = path,
                title = has.displayName or metadata.displayName or path, severity = metadata.severity,
                remediation = metadata.remediationDescription})
        end
        local open = list.concat(by_weight[1], by_weight[2], by_weight[3])
        return {open = open, titles = list.pluck(open, "title")}
    end,
}
