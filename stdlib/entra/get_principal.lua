-- Who is behind an object id: a user, an application or a managed identity; whether the account is enabled and at home
-- in this tenant; and who answers for it (a user's manager, an application's owners). 404 means that the directory does
-- not know it, as it does not know applications of other tenants that never signed in here.
local graph = use "graph"
local register_book = use "register"

local function describe_user(user, manager)
    local guest = text.same(user.userType or "Member", "Guest")
    local chief = graph.person(manager)
    local contacts = list {}
    if user.mail then table.insert(contacts, user.mail) end
    if chief and chief.mail then table.insert(contacts, chief.mail) end
    return {
        found = true, kind = "user", object_id = user.id, name = user.displayName, upn = user.userPrincipalName,
        created = user.createdDateTime,
        mail = user.mail, enabled = user.accountEnabled, foreign = guest, synced = user.onPremisesSyncEnabled == true,
        manager = chief and chief.name, contacts = contacts, owners = list {},
        known = register_book.user(user.id, user.userPrincipalName) ~= nil,
    }
end

local function describe_application(application, owners)
    local people, contacts = list {}, list {}
    for _, owner in ipairs(owners or {}) do
        local person = graph.person(owner)
        if person.name then table.insert(people, person.name) end
        if person.mail then table.insert(contacts, person.mail) end
    end
    local registered = register_book.application(application.id, application.appId)
    if registered and registered.owner then contacts = list.union({registered.owner}, contacts) end
    local home = application.appOwnerOrganizationId
    return {
        found = true, kind = "application", object_id = application.id, app_id = application.appId,
        name = application.displayName or application.appDisplayName, enabled = application.accountEnabled,
        foreign = home ~= nil and not text.same(home, profile "tenant" or home), home = home, synced = false,
        managed_identity = application.servicePrincipalType == "ManagedIdentity",
        owners = people, contacts = contacts, known = registered ~= nil,
    }
end

local function nobody(p)
    return {found = false, kind = "unknown", object_id = p.object_id, app_id = p.app_id, upn = p.upn, foreign = true,
        synced = false, owners = list {}, contacts = list {}, known = false}
end

local function user_by(who, read)
    local answers = read:all {{"get", graph.user(who)}, {"get", graph.manager(who)}}
    return answers[1] and describe_user(answers[1], answers[2])
end

local function application_by(id, read)
    local answers = read:all {{"get", graph.application(id)}, {"list", graph.owners(id)}}
    return answers[1] and describe_application(answers[1], answers[2])
end

-- What the alert takes the caller for is looked for first; it may be wrong.
local function by_id(id, p, read)
    if p.kind == "application" then return application_by(id, read) or user_by(id, read) or nobody(p) end
    return user_by(id, read) or application_by(id, read) or nobody(p)
end

return primitive {
    name = "entra.get_principal",
    summary = "Reads who a user or application is and who answers for it",
    since = "0.1.0",
    params = {
        object_id = {type = "guid", optional = true, help = "object id of a user or service principal"},
        upn = {type = "string", optional = true, help = "user principal name, when no object id is known"},
        app_id = {type = "guid", optional = true, help = "application id, when neither is known"},
        kind = {type = "string", default = "user", help = "what it probably is: user or application"},
    },
    returns = {
        found = "bool", kind = {type = "enum", values = {"user", "application", "unknown"}},
        object_id = "guid?", app_id = "guid?", name = "string?", upn = "string?", mail = "string?", enabled = "bool?",
        foreign = {type = "bool", help = "at home in another tenant, or not known here"}, home = "guid?",
        synced = {type = "bool", help = "kept in step with a directory on premises, which may undo changes"},
        managed_identity = "bool?", manager = "string?", created = {type = "time", optional = true, help = "of a user"},
        known = {type = "bool", help = "is it in the register?"},
        owners = {type = "list", of = "string"},
        contacts = {type = "list", of = "string", help = "mail addresses of those who answer for it"},
    },
    risk = "read",
    permissions = {"User.Read.All", "Application.Read.All"},
    example = {object_id = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},

    observe = function(p, read)
        if p.object_id then return by_id(p.object_id, p, read) end
        if p.upn then return user_by(p.upn, read) or nobody(p) end
        local found = p.app_id and read:list(graph.applications_by_app_id(p.app_id))
        if not found or not found[1] then return nobody(p) end
        return describe_application(found[1], read:list(graph.owners(found[1].id)))
    end,
}
