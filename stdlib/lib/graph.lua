-- Microsoft Graph: people and applications of the directory, and mail.

local graph = {}

local user_fields = "id,userPrincipalName,displayName,mail,accountEnabled,userType,onPremisesSyncEnabled,"
    .. "signInSessionsValidFromDateTime,createdDateTime"

-- Attributes such as accountEnabled are absent unless asked for by name.
function graph.user(who)
    return uri("graph:/users/{who}?$select={fields}", {who = who, fields = user_fields})
end

function graph.manager(who)
    return uri("graph:/users/{who}/manager?$select=id,displayName,mail,userPrincipalName", {who = who})
end

function graph.application(object_id)
    return uri("graph:/servicePrincipals/{id}", {id = object_id})
end

function graph.owners(object_id)
    return uri("graph:/servicePrincipals/{id}/owners", {id = object_id})
end

function graph.applications_by_app_id(app_id)
    return uri("graph:/servicePrincipals?$filter={filter}", {filter = odata("appId eq {app}", {app = app_id})})
end

function graph.roles(principal)
    return uri("graph:/roleManagement/directory/roleAssignments?$filter={filter}&$expand=roleDefinition",
        {filter = odata("principalId eq {who}", {who = principal})})
end

graph.global_administrator = "62e90394-69f5-4237-9190-012177145e10"

-- Everybody who has a role.
function graph.holders(role)
    return uri("graph:/roleManagement/directory/roleAssignments?$filter={filter}",
        {filter = odata("roleDefinitionId eq {role}", {role = role})})
end

-- Is the account known to be disabled? `kind` as a role assignment of Azure says it; nil: a user's, if it is an account.
function graph.is_disabled(read, principal, kind)
    if kind == "Group" then return false end
    local url = kind == "ServicePrincipal" and graph.application(principal) or graph.user(principal)
    local account = read:get(url, {denied_ok = true})
    return account ~= nil and account ~= false and account.accountEnabled == false
end

-- Is this one Global Administrator of the whole directory, and nobody else whose account is enabled? Who may not see that
-- is not held up.
function graph.is_last_administrator(read, principal)
    local has, others = false, list {}
    for _, one in ipairs(read:list(graph.holders(graph.global_administrator), {denied_ok = true}) or {}) do
        if (one.directoryScopeId or "/") == "/" then
            if text.same(one.principalId, principal) then has = true else table.insert(others, one.principalId) end
        end
    end
    if not has then return false end
    for _, other in ipairs(others) do
        if not graph.is_disabled(read, other) then return false end
    end
    return true
end

function graph.keep_last_administrator(before)
    if before and before.last_administrator then refuse("nobody else is Global Administrator of the directory") end
end

-- The groups that a user or application is in; one of the two folders does not know it.
function graph.groups(folder, principal)
    return uri("graph:/{folder}/{id}/memberOf", {folder = folder, id = principal})
end

-- The account of a principal that is disabled or signed out.
function graph.account(p)
    local folder = p.kind == "application" and "servicePrincipals" or "users"
    return uri("graph:/{folder}/{id}", {folder = folder, id = p.principal})
end

-- Whoever is not there as one kind of account may be there as the other: then nothing is in place, and the kind is wrong.
function graph.keep_kind(read, principal, kind)
    local others = {user = "application", application = "user"}
    if read:get(graph.account {principal = principal, kind = others[kind]}, {denied_ok = true}) then
        refuse(principal .. " is the account of " .. (kind == "user" and "an application" or "a user"))
    end
end

-- With when its password was changed last.
function graph.password_of(user)
    return uri("graph:/users/{who}?$select=id,userPrincipalName,userType,onPremisesSyncEnabled,lastPasswordChangeDateTime",
        {who = user})
end

-- The application that a service principal stands for, where it is at home in this tenant.
function graph.own_application(app_id)
    return uri("graph:/applications?$filter={filter}", {filter = odata("appId eq {app}", {app = app_id})})
end

-- Where secrets and certificates are kept (application, servicePrincipal), or an action on them.
local folders = {application = "applications", servicePrincipal = "servicePrincipals"}

function graph.holder(kind, object, action)
    return uri(action and "graph:/{folder}/{object}/{action}" or "graph:/{folder}/{object}",
        {folder = folders[kind], object = object, action = action})
end

-- A person of a Graph answer, as far as it takes to reach them.
function graph.person(raw)
    if not raw then return nil end
    return {id = raw.id, name = raw.displayName, mail = raw.mail or raw.userPrincipalName}
end

-- Sends one plain-text mail to somebody: {to, subject, text}, which others have cut.
function graph.send_mail(write, mail)
    local sender = profile "sender"
    if not sender then error("the profile names no sender: mail cannot be sent") end
    local recipients = list {}
    for _, address in ipairs(mail.to) do
        table.insert(recipients, {emailAddress = {address = address}})
    end
    write:post(uri("graph:/users/{sender}/sendMail", {sender = sender}), {
        message = {
            subject = mail.subject,
            body = {contentType = "Text", content = mail.text},
            toRecipients = recipients,
            importance = "high",
        },
        saveToSentItems = true,
    })
end

return graph
