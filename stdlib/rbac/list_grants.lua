-- The role assignments that a caller made since a moment: what an intruder gave to himself or to others lives on when
-- his own rights are gone. The activity log says which ones; what became of them since is read from Azure. An access
-- policy is another thing: the log tells that a vault was written to, not what was written.
local activity = use "activity"
local arm = use "arm"
local logs = use "logs"

local marker = "/providers/microsoft.authorization/roleassignments/"

-- Where an assignment holds, from its id; nil when it is no id of one.
local function scope_of(assignment)
    local low = text.lower(assignment)
    if not text.contains(low, marker) then return nil end
    return string.sub(assignment, 1, #text.split(low, marker)[1])
end

local function concerns(scope, resources)
    for _, resource in ipairs(resources) do
        if arm.within(scope, resource) or arm.within(resource, scope) then return true end
    end
    return false
end

-- The assignments that an event log speaks of, each once, with the time of the last writing.
local function made(events, p)
    local grants, by_id = list {}, {}
    for _, event in ipairs(events) do
        local scope = scope_of(event.resourceId or "")
        local wrote = text.same(activity.operation(event), "Microsoft.Authorization/roleAssignments/write")
        if scope and wrote and activity.is_by(event, p.caller) and concerns(scope, p.scopes) then
            local key = text.lower(event.resourceId)
            local grant = by_id[key]
            if not grant then
                grant = {id = event.resourceId, scope = scope, time = event.eventTimestamp, gone = true}
                by_id[key] = grant
                table.insert(grants, grant)
            end
            grant.time = time.max(grant.time, event.eventTimestamp)
        end
    end
    return grants
end

return primitive {
    name = "rbac.list_grants",
    summary = "Lists the role assignments that a caller made",
    since = "0.1.0",
    params = {
        scopes = {type = "list", of = "id", help = "resource ids; assignments at them, above and below are meant"},
        caller = {type = "string", help = "object id, application id or user principal name"},
        start = logs.start,
        back = {type = "duration", default = "1d", help = "how long before that the log is read"},
    },
    returns = {grants = {type = "list", of = {type = "record", fields = {
        id = "id", scope = "id", time = "time", gone = {type = "bool", help = "is it there no more?"},
        principal = "guid?", role = "id?",
    }}}},
    risk = "read",
    permissions = {"Microsoft.Insights/eventtypes/values/read", "Microsoft.Authorization/roleAssignments/read"},
    example = {
        scopes = {"/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-payments"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-pay"},
        caller = "baf0a4cc-51ff-4da8-a55c-00aece3ee424",
    },

    observe = function(p, read)
        local requests, period, seen = {}, {from = logs.from(p, read), to = now()}, {}
        for _, scope in ipairs(p.scopes) do
            local subscription = id.subscription(scope)
            if subscription and not seen[subscription] then
                seen[subscription] = true
                table.insert(requests, {"list", activity.events(subscription, period,
                    "resourceProvider eq {provider}", {provider = "Microsoft.Authorization"})})
            end
        end
        local answers, events = #requests > 0 and read:all(requests) or {}, list {}
        for i = 1, #requests do events = list.concat(events, answers[i] or list {}) end
        local grants, gets = made(events, p), {}
        for _, grant in ipairs(grants) do table.insert(gets, {"get", arm.role_assignment(grant.id)}) end
        local bodies, found = #gets > 0 and read:all(gets) or {}, list {}
        for i, grant in ipairs(grants) do
            local it = bodies[i] and bodies[i].properties
            grant.gone, grant.principal, grant.role = it == nil, it and it.principalId, it and it.roleDefinitionId
            -- Written over, but given by somebody else before: not this caller's gift.
            local older = it and it.createdOn and time.before(it.createdOn, period.from)
            if not older then table.insert(found, grant) end
        end
        return {grants = found}
    end,
}
