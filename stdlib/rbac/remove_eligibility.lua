-- Takes an eligible role away (Privileged Identity Management): whoever is eligible activates the role again after an
-- assignment is gone. It is known by who, what and where, since giving it back makes a new one. The request's id follows
-- from what it takes away, or from when it gives back, so that a request that is made twice is one.
local guid = use "guid"

local function instances(scope)
    return uri("arm:{+scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances"
        .. "?api-version=2020-10-01&$filter=atScope()", {scope = scope})
end

local function request_url(p, about)
    local new = guid.of(text.lower(p.scope .. "|" .. p.principal .. "|" .. p.role .. "|" .. about))
    return uri("arm:{+scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/{id}"
        .. "?api-version=2020-10-01", {scope = p.scope, id = new})
end

local function target(p)
    return uri("arm:{+scope}/providers/Microsoft.Authorization/roleEligibilities/{principal}/{role}",
        {scope = p.scope, principal = p.principal, role = id.name(p.role)})
end

return primitive {
    name = "rbac.remove_eligibility",
    summary = "Takes an eligible role away",
    since = "0.1.0",
    params = {
        scope = {type = "id", help = "where the role may be activated"},
        principal = {type = "guid", help = "object id of whoever may"},
        role = {type = "id", help = "resource id of the role definition"},
    },
    risk = "contain",
    permissions = {"Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/write"},
    repeatable = true,
    example = {
        scope = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-payments",
        principal = "baf0a4cc-51ff-4da8-a55c-00aece3ee424",
        role = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/providers/Microsoft.Authorization/roleDefinitions"
            .. "/f25e0fa2-a7c8-4377-a976-54943a77a395",
    },

    target = target,
    state = {principalId = "guid", roleDefinitionId = "id", scope = "id", endDateTime = "time?"},
    observe = function(p, read)
        for _, raw in ipairs(read:list(instances(p.scope)) or {}) do
            local it = raw.properties
            if text.same(it.principalId, p.principal) and id.same(it.scope, p.scope)
                and text.same(id.name(it.roleDefinitionId), id.name(p.role)) then
                return {principalId = it.principalId, roleDefinitionId = it.roleDefinitionId, scope = it.scope,
                    endDateTime = it.endDateTime, instance = raw.name}
            end
        end
        return nil
    end,
    plan = function(p)
        if text.same(p.principal, self().object_id or "") then refuse("it is the response's own") end
        return nil
    end,
    apply = function(p, before, _, write)
        write:put(request_url(p, before.instance), {properties = {principalId = before.principalId,
            roleDefinitionId = before.roleDefinitionId, requestType = "AdminRemove",
            justification = "incident response"}}, {resource = target(p), becomes = gone})
    end,
    undo = function(p, before, _, write)
        local expiration = before.endDateTime and {type = "AfterDateTime", endDateTime = before.endDateTime}
            or {type = "NoExpiration"}
        write:put(request_url(p, now()), {properties = {principalId = before.principalId,
            roleDefinitionId = before.roleDefinitionId, requestType = "AdminAssign",
            justification = "taken back", scheduleInfo = {startDateTime = now(), expiration = expiration}}})
    end,
}
