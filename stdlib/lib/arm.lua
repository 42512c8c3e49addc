-- Resource Manager: where its resources are, and its answers in the words of the playbooks.
local arm = {}

-- A resource by its id, with the api-version that the response procedures rely on.
function arm.vault(id)
    return uri("arm:{+id}?api-version=2023-07-01", {id = id})
end

function arm.alerts(subscription)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Security/alerts?api-version=2022-01-01", {s = subscription})
end

-- Role assignments at, above and below a resource that give `principal` something, directly or through a group.
function arm.role_assignments(scope, principal)
    return uri("arm:{+scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter={filter}",
        {scope = scope, filter = odata("assignedTo({who})", {who = principal})})
end

-- Those that hold at a scope: given there or above.
function arm.role_assignments_above(scope)
    return uri("arm:{+scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()",
        {scope = scope})
end

function arm.role_assignment(id)
    return uri("arm:{+id}?api-version=2022-04-01", {id = id})
end

function arm.diagnostics(resource)
    return uri("arm:{+id}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview",
        {id = resource})
end

-- Is a resource id the other one, or beneath it?
function arm.within(inner, outer)
    return id.same(inner, outer) or text.starts(text.lower(inner), text.lower(outer) .. "/")
end

-- An instant that a service gives in seconds since 1970, as everything else here writes it.
function arm.moment(seconds)
    return seconds and time.of(seconds)
end

-- From when on a moment counts as later: the one that is wanted, else an hour ago, so that a run without an alert finds
-- in place what the one before it did.
function arm.since(wanted)
    return wanted or time.add(now(), "-1h")
end

-- A tag by any of its usual spellings.
function arm.tag(tags, names)
    for name, value in pairs(tags or {}) do
        for _, wanted in ipairs(names) do
            if text.same(name, wanted) then return value end
        end
    end
end

return arm
