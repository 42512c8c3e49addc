-- What an application signs in with: secrets and certificates, of the application and of its service principal, each with
-- when it was added. A credential that was added while an attack went on outlives every other measure. Values are never
-- told by the service. A managed identity has none of its own: the resource that it belongs to is the thing to clean.
local graph = use "graph"

local function add(found, holder, raw, p)
    for kind, entries in pairs {secret = raw.passwordCredentials or {}, certificate = raw.keyCredentials or {}} do
        for _, it in ipairs(entries) do
            local started = it.startDateTime
            table.insert(found, {holder = holder, object = raw.id, key = it.keyId, kind = kind, name = it.displayName,
                start = started, finish = it.endDateTime,
                expired = it.endDateTime ~= nil and time.before(it.endDateTime, now()),
                new = p.start ~= nil and started ~= nil and not time.before(started, p.start)})
        end
    end
end

return primitive {
    name = "entra.list_credentials",
    summary = "Lists the secrets and certificates of an application",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the service principal"},
        start = {type = "time", optional = true, help = "begin of the suspicious access: what was added since is marked"},
    },
    returns = {
        found = "bool", managed_identity = "bool?",
        resource = {type = "id", optional = true, help = "what a managed identity belongs to"},
        home = {type = "bool", help = "is the application itself in this tenant?"},
        application = {type = "guid", optional = true, help = "then: its object id"},
        credentials = {type = "list", of = {type = "record", fields = {
            holder = {type = "enum", values = {"application", "servicePrincipal"}}, object = "guid", key = "guid",
            kind = {type = "enum", values = {"secret", "certificate"}}, name = "string?", start = "time?",
            finish = "time?", expired = "bool", new = "bool",
        }}},
    },
    risk = "read",
    permissions = {"Application.Read.All"},
    example = {principal = "c973880e-7d5b-4a49-b64c-d6aa8b6271db"},

    observe = function(p, read)
        local raw, credentials = read:get(graph.application(p.principal)), list {}
        if not raw then return {found = false, home = false, credentials = credentials} end
        local own = raw.appId and read:list(graph.own_application(raw.appId)) or list {}
        add(credentials, "servicePrincipal", raw, p)
        if own[1] then add(credentials, "application", own[1], p) end
        local resource
        for _, name in ipairs(raw.alternativeNames or {}) do
            if text.starts(name, "/subscriptions/") then resource = name end
        end
        return {found = true, managed_identity = raw.servicePrincipalType == "ManagedIdentity", resource = resource,
            home = own[1] ~= nil, application = own[1] and own[1].id, credentials = list.sort(credentials, "key")}
    end,
}
