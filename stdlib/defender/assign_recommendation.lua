-- Gives a recommendation of Defender for Cloud an owner, and a day until which it is to be carried out; Defender reminds
-- the owner by mail. One that somebody else has assigned keeps the owner and the day that it has. The service has this
-- as a preview, and only for subscriptions with the plan for posture management.
local guid = use "guid"

local function list_url(p)
    return uri("arm:{+recommendation}/governanceAssignments?api-version=2022-01-01-preview", p)
end

-- A recommendation of a resource has one assignment of ours, whatever run made it.
local function key(p)
    return guid.of(text.lower(p.recommendation))
end

local function url(p)
    return uri("arm:{+recommendation}/governanceAssignments/{key}?api-version=2022-01-01-preview",
        {recommendation = p.recommendation, key = key(p)})
end

return primitive {
    name = "defender.assign_recommendation",
    summary = "Gives a recommendation an owner and a day",
    since = "0.1.0",
    params = {
        recommendation = {type = "id", help = "id of the recommendation, as defender.list_recommendations gives it"},
        owner = {type = "email", help = "who carries it out"},
        within = {type = "duration", default = "7d", help = "until when, from now on"},
        grace = {type = "bool", default = true, help = "it does not count against the secure score until then"},
    },
    returns = {
        owner = {type = "string", optional = true, help = "who has it"},
        due = {type = "time", optional = true, help = "until when"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/assessments/governanceAssignments/read",
        "Microsoft.Security/assessments/governanceAssignments/write",
        "Microsoft.Security/assessments/governanceAssignments/delete"},
    repeatable = true,
    example = {
        recommendation = "/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/resourceGroups/rg-hr-data"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-hr-01/providers/Microsoft.Security/assessments"
            .. "/805651bc-6ecd-4c73-9b55-97a19d0582d0",
        owner = "tomas.novak@contoso.com",
    },

    target = url,
    state = {properties = {type = "record", unit = true, fields = {
        owner = {type = "string", nocase = true, optional = true}, remediationDueDate = "time", isGracePeriod = "bool?",
        governanceEmailNotification = "any?", additionalData = "any?",
    }}},
    observe = function(p, read)
        local all, found = read:list(list_url(p)), nil
        if not all then error("the recommendation is not there", 0) end
        for _, one in ipairs(all) do
            local ours = text.same(one.name, key(p))
            if ours or not found then found = {properties = one.properties, ours = ours} end
        end
        return found
    end,
    plan = function(p, before)
        local has, due = before and before.properties, time.add(now(), p.within)
        if has and (not before.ours
            or text.same(has.owner, p.owner) and not time.before(due, has.remediationDueDate)) then
            return before
        end
        return {properties = {owner = p.owner, remediationDueDate = due, isGracePeriod = p.grace}}
    end,
    apply = function(p, _, desired, write) write:put(url(p), desired) end,
    undo = function(p, before, _, write)
        if before then
            write:put(url(p), {properties = before.properties})
        else
            write:delete(url(p))
        end
    end,
    result = function(_, _, after)
        local has = after and after.properties or {}
        return {owner = has.owner, due = has.remediationDueDate}
    end,
}
