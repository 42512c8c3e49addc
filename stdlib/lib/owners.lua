-- Who owns subscriptions: whoever loses the last Owner whose account is enabled has nobody left who could give a role
-- there. Who may not see owners or accounts is not held up, and an owner whom the directory does not know (one of another
-- tenant) counts: only a disabled account is as good as none.
local arm = use "arm"
local denied = use "denied"
local graph = use "graph"

local owners = {}

local owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

function owners.is_owner(assignment)
    return text.same(id.name(assignment.properties.roleDefinitionId), owner)
end

-- Who has a role at the subscription, given there or above: a wish for read:all.
local function assignments(subscription)
    return {"list", arm.role_assignments_above("/subscriptions/" .. subscription), denied.ok}
end

-- Is there an Owner among them whose account is enabled, and for whom `counts` says so?
local function any(read, found, counts)
    if not found then return true end
    for _, one in ipairs(found) do
        local it = one.properties
        if owners.is_owner(one) and counts(one)
            and not graph.is_disabled(read, it.principalId, it.principalType) then return true end
    end
    return false
end

function owners.has_other(read, subscription, assignment)
    return any(read, read:all({assignments(subscription)})[1], function(one) return not id.same(one.id, assignment) end)
end

-- The first subscription of the profile that nobody else owns; nil: there is none.
function owners.only_owned_by(read, principal)
    local scope, requests = profile "scope", {}
    for _, subscription in ipairs(scope) do table.insert(requests, assignments(subscription)) end
    local answers = #requests > 0 and read:all(requests) or {}
    for i, subscription in ipairs(scope) do
        local owns = false
        local others = any(read, answers[i], function(one)
            local own = text.same(one.properties.principalId, principal)
            owns = owns or own
            return not own
        end)
        if owns and not others then return "/subscriptions/" .. subscription end
    end
end

function owners.keep_last(before)
    if before and before.only_owner then refuse("nobody else owns " .. before.only_owner) end
end

return owners
