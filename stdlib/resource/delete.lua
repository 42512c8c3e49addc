-- Deletes one resource, for good in most cases. What it was is in the trail before, as it was read: its whole body and,
-- where the identity may and the type lends itself, a template of it, without secrets. Stop it first; what lies in other
-- resources (disks, network interfaces, addresses) stays. A group or a subscription is never deleted, nor the log that
-- the response reads.
local operation = use "arm_operation"
local resource = use "resource"

local function export(p, read)
    if not p.export then return nil end
    local url = uri("arm:/subscriptions/{s}/resourcegroups/{g}/exportTemplate?api-version=2024-03-01",
        {s = id.subscription(p.resource), g = id.group(p.resource)})
    local answer = operation.query(read, url, {resources = list {p.resource},
        options = "IncludeParameterDefaultValue,SkipAllParameterization"}, {denied_ok = true})
    return answer and answer.template
end

return primitive {
    name = "resource.delete",
    summary = "Deletes a resource, and keeps what it was",
    since = "0.1.0",
    params = {
        resource = {type = "id", help = "resource id"},
        export = {type = "bool", default = true, help = "keep a template of it as well"},
    },
    risk = "destroy",
    permissions = {"Microsoft.Resources/subscriptions/providers/read", "*/read", "*/delete",
        "Microsoft.Resources/subscriptions/resourceGroups/exportTemplate/action"},
    repeatable = true,
    example = {
        resource = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-tmp-9f2"
            .. "/providers/Microsoft.Storage/storageAccounts/st9f2out",
    },

    target = function(p) return uri("arm:{+resource}", p) end,
    state = {
        id = "id", type = "string", location = "string?",
        exported = {type = "bool", help = "did the service give a template of it?"},
    },
    observe = function(p, read)
        if not resource.kind(p.resource) then error("'" .. p.resource .. "' is no resource of its own") end
        local version = resource.version(p.resource, read)
        if not version then error("nobody says how " .. p.resource .. " is addressed: its type is not registered") end
        local raw = read:get(resource.url(p.resource, version))
        if not raw then return nil end
        return {id = raw.id, type = raw.type, location = raw.location, exported = export(p, read) ~= nil,
            version = version}
    end,
    plan = function(p, before)
        local log = profile "workspace"
        if before and log and id.same(log, p.resource) then refuse("the response reads its log there") end
        return nil
    end,
    apply = function(p, before, _, write)
        operation.delete(write, resource.url(p.resource, before.version), {resource = p.resource, becomes = gone})
    end,
    undo = irreversible "the service deletes it; make it again from what the trail shows was read of it",
}
