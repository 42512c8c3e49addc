-- Whom to write to about a resource: the owner in its tags, else the one in the register, else whom the tags of its group
-- or subscription name, else those who hold the role Owner nearest to it; else the security contact. A tag counts only
-- where it is an address that the register knows. The people with the role come from the directory.
local arm = use "arm"
local denied = use "denied"
local graph = use "graph"
local owner = use "owner"

local owner_role = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
local spellings = {"owner", "ownerMail", "contact"}

local function tags_url(scope)
    return uri("arm:{+scope}/providers/Microsoft.Resources/tags/default?api-version=2024-03-01", {scope = scope})
end

local function tagged(answer)
    return answer and answer.properties and arm.tag(answer.properties.tags, spellings) or nil
end

-- The people who are Owner at the innermost scope at which anybody is.
local function by_role(resource, read)
    local nearest, people = 0, list {}
    for _, one in ipairs(read:list(arm.role_assignments_above(resource), denied.ok) or {}) do
        local has = one.properties
        if text.ends(text.lower(has.roleDefinitionId), owner_role) and text.same(has.principalType, "User") then
            if #has.scope > nearest then nearest, people = #has.scope, list {} end
            if #has.scope == nearest then table.insert(people, has.principalId) end
        end
    end
    local wishes, mails = {}, list {}
    for _, who in ipairs(people) do table.insert(wishes, {"get", graph.user(who)}) end
    local answers = #wishes > 0 and read:all(wishes) or {}
    for i = 1, #wishes do
        if answers[i] and answers[i].mail and answers[i].accountEnabled ~= false then
            table.insert(mails, answers[i].mail)
        end
    end
    return mails
end

local function one(found)
    return {mails = list {found.mail}, name = found.name, source = found.source}
end

return primitive {
    name = "resource.get_owner",
    summary = "Finds whom to write to about a resource",
    since = "0.1.0",
    params = {
        resource = {type = "id", help = "resource id, also of a group or subscription"},
    },
    returns = {
        mails = {type = "list", of = "string"}, name = "string?",
        source = {type = "enum", values = {"tag", "register", "group", "subscription", "role", "none"}},
    },
    risk = "read",
    permissions = {"Microsoft.Resources/tags/read", "Microsoft.Authorization/roleAssignments/read", "User.Read.All"},
    example = {
        resource = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
    },

    observe = function(p, read)
        local subscription = "/subscriptions/" .. (id.subscription(p.resource) or "")
        local group = id.group(p.resource) and subscription .. "/resourceGroups/" .. id.group(p.resource)
        local answers = read:all {{"get", tags_url(p.resource), denied.ok},
            {"get", tags_url(group or p.resource), denied.ok}, {"get", tags_url(subscription), denied.ok}}
        local named = owner.named(p.resource, tagged(answers[1]))
        if named then return one(named) end
        for i, source in ipairs {"group", "subscription"} do
            local mail = tagged(answers[i + 1])
            if owner.is_registered(mail) then return {mails = list {mail}, source = source} end
        end
        local mails = by_role(p.resource, read)
        if #mails > 0 then return {mails = mails, source = "role"} end
        return one(owner.nobody())
    end,
}
