-- What a user or application did in the directory: accounts made, roles given, credentials added. It outlives the account
-- that did it, so all of it is looked at; `users` are the accounts that it made. And who made the account itself, where
-- that is in the log.
local logs = use "logs"

local function did(event, p)
    local by = event.initiatedBy or {}
    local user, app = by.user or {}, by.app or {}
    return text.same(user.id or "", p.principal) or text.same(app.servicePrincipalId or "", p.principal)
end

local function is_about(event, p)
    for _, target in ipairs(event.targetResources or {}) do
        if text.same(target.id or "", p.principal) then return true end
    end
    return false
end

local function makes_user(event)
    local activity = event.activityDisplayName or ""
    return text.same(activity, "Add user") or text.same(activity, "Invite external user")
end

local function maker_of(event)
    local by = event.initiatedBy or {}
    return by.user and by.user.userPrincipalName or by.app and by.app.displayName or nil
end

return primitive {
    name = "entra.list_changes",
    summary = "Lists what an account did in the directory",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user or application"},
        start = logs.start,
        back = {type = "duration", default = "1d", help = "how long before that the log is read"},
    },
    returns = {
        changes = {type = "list", of = {type = "record", fields = {
            time = "time", activity = "string", category = "string?", result = "string?",
            targets = {type = "list", of = "string", help = "object ids"},
        }}},
        made_by = {type = "string", optional = true, help = "who made or invited this account"},
        users = {type = "list", of = "string", help = "object ids of accounts that it made or invited"},
        applications = {type = "list", of = "string", help = "object ids of applications that it made or changed"},
    },
    risk = "read",
    permissions = {"AuditLog.Read.All", "Directory.Read.All"},
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    observe = function(p, read)
        local filter = odata("activityDateTime ge {from:time}", {from = logs.from(p, read)})
        local url = uri("graph:/auditLogs/directoryAudits?$filter={filter}", {filter = filter})
        local changes, users, applications = list {}, list {}, list {}
        local made_by
        for _, event in ipairs(read:list(url) or {}) do
            if makes_user(event) and is_about(event, p) then made_by = maker_of(event) end
            if did(event, p) then
                local targets, activity = list {}, event.activityDisplayName or ""
                for _, target in ipairs(event.targetResources or {}) do
                    if target.id then
                        table.insert(targets, target.id)
                        local kind = target.type or ""
                        if makes_user(event) and kind == "User" then table.insert(users, target.id) end
                        if kind == "Application" or kind == "ServicePrincipal" then
                            table.insert(applications, target.id)
                        end
                    end
                end
                table.insert(changes, {time = event.activityDateTime, activity = activity, category = event.category,
                    result = event.result, targets = targets})
            end
        end
        return {made_by = made_by, changes = changes, users = list.unique(users), applications = list.unique(applications)}
    end,
}
