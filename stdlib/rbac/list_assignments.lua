-- Who has a role at a scope or beneath it, held against the register: what the role is, whether the principal is known,
-- and who gave it when. Roles from above are listed too, marked as such: they are taken away where they were given.
-- Eligible (PIM) roles can be activated again after an assignment is gone, so they are told as well. A principal that the
-- directory does not find was deleted, or belongs to another tenant (a partner). Strange is a role here that nobody known
-- has, or that was given in the period, to whomever; the response's own is not.
local denied = use "denied"
local arm = use "arm"
local register_book = use "register"

local function at(scope, what, version)
    return uri("arm:{+scope}/providers/Microsoft.Authorization/{what}?api-version=" .. version,
        {scope = scope, what = what})
end

local function names_of(definitions)
    local names = {}
    for _, role in ipairs(definitions or {}) do
        names[text.lower(role.name)] = role.properties.roleName
    end
    return names
end

-- Object id → user, service principal or group, as the directory has it; asked in portions that the service takes.
local function people_of(ids, read)
    local people, at_once = {}, 500
    for first = 1, #ids, at_once do
        local some = list {}
        for i = first, math.min(first + at_once - 1, #ids) do table.insert(some, ids[i]) end
        local answer = read:query("graph:/directoryObjects/getByIds",
            {ids = some, types = list {"user", "servicePrincipal", "group"}})
        for _, one in ipairs(answer and answer.value or {}) do people[text.lower(one.id)] = one end
    end
    return people
end

local function is_guid(value)
    return value ~= nil and #value == 36 and #text.split(value, "-") == 5
end

local function name_of(person)
    return person and (person.userPrincipalName or person.displayName) or nil
end

local function is_known(principal, person)
    if not person then return false end
    if text.ends(person["@odata.type"] or "", ".user") then
        return register_book.user(principal, person.userPrincipalName) ~= nil
    end
    return register_book.application(principal, person.appId) ~= nil
end

local function describe(raw, p, names, people)
    local it = raw.properties
    local person = people[text.lower(it.principalId)]
    -- A partner has access to what it manages by a group of its own tenant.
    local kind = person and text.split(person["@odata.type"] or "", ".")[3]
        or text.same(it.principalType or "", "ForeignGroup") and "foreign group" or "unknown"
    return {id = raw.id, scope = it.scope, role = it.roleDefinitionId, principal = it.principalId, kind = kind,
        role_name = names[text.lower(id.name(it.roleDefinitionId))] or id.name(it.roleDefinitionId),
        name = name_of(person), given = it.createdOn, here = arm.within(it.scope, p.scope),
        by = name_of(people[text.lower(it.createdBy or "")]) or it.createdBy, group = kind == "group",
        -- What is in a group is not looked at.
        known = kind == "group" or is_known(it.principalId, person),
        new = p.start ~= nil and it.createdOn ~= nil and not time.before(it.createdOn, p.start)
            and not (p.finish and time.after(it.createdOn, p.finish))}
end

local assignment = {
    id = "id", scope = "string", role = "id", role_name = "string", principal = "guid", kind = "string", name = "string?",
    given = "time?", by = "string?", known = "bool", group = "bool", new = "bool",
    here = {type = "bool", help = "at the scope or beneath it, not from above"},
}

-- For the three lists that are read, in their order.
local permissions = {"Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Authorization/roleEligibilityScheduleInstances/read"}

return primitive {
    name = "rbac.list_assignments",
    summary = "Lists who has a role at a scope",
    since = "0.1.0",
    params = {
        scope = {type = "id", help = "id of a subscription, a group or a resource"},
        start = {type = "time", optional = true, help = "begin of the suspicious access: what was given since is strange"},
        finish = {type = "time", optional = true, help = "end of that period; default: now"},
    },
    returns = {
        assignments = {type = "list", of = {type = "record", fields = assignment}},
        strange = {type = "list", help = "those of them here that nobody known has, or that are new", of = {type = "record",
            fields = assignment}},
        groups = {type = "list", of = "string", help = "names of groups with a role: their members have it too"},
        eligible = {type = "list", of = {type = "record", fields = {
            id = "string", principal = "guid", name = "string?", role = "id", role_name = "string", scope = "string",
            known = "bool",
        }}},
        denied = denied.field,
    },
    risk = "read",
    permissions = {permissions[1], permissions[2], permissions[3], "User.Read.All", "Application.Read.All",
        "Group.Read.All"},
    example = {scope = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7"},

    observe = function(p, read)
        local answers = read:all {
            {"list", at(p.scope, "roleAssignments", "2022-04-01"), denied.ok},
            {"list", at(p.scope, "roleDefinitions", "2022-04-01"), denied.ok},
            {"list", at(p.scope, "roleEligibilityScheduleInstances", "2020-10-01"), denied.ok},
        }
        local ids = list {}
        for _, i in ipairs {1, 3} do
            for _, raw in ipairs(answers[i] or {}) do
                table.insert(ids, raw.properties.principalId)
                if is_guid(raw.properties.createdBy) then table.insert(ids, raw.properties.createdBy) end
            end
        end
        local names, people = names_of(answers[2]), people_of(list.unique(ids), read)
        local assignments, strange, groups, eligible = list {}, list {}, list {}, list {}
        for _, raw in ipairs(answers[1] or {}) do
            local one = describe(raw, p, names, people)
            table.insert(assignments, one)
            local own = text.same(one.principal, self().object_id or "")
            if one.here and not own and (one.new or not one.known) then table.insert(strange, one) end
            if one.group then table.insert(groups, one.name or one.principal) end
        end
        for _, raw in ipairs(answers[3] or {}) do
            local one = describe(raw, p, names, people)
            table.insert(eligible, {id = one.id, principal = one.principal, name = one.name, role = one.role,
                role_name = one.role_name,
                scope = one.scope, known = one.known})
        end
        return {assignments = assignments, strange = strange, groups = list.unique(groups), eligible = eligible,
            denied = denied.among(answers, permissions)}
    end,
}
