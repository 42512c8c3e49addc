-- Which applications and people normally read the affected objects: whoever holds a copy must look whether it was
-- misused, and will miss it when it is disabled. From the audit log; suspects and the response itself are left out.
local graph = use "graph"
local keyvault = use "keyvault"
local logs = use "logs"
local register_book = use "register"

-- A person is known by name: the application is then a public client such as Azure CLI, which many use.
local function key_of(row)
    return row.upn ~= "" and row.upn or row.appid ~= "" and row.appid or row.idn
end

local function affected(objects)
    local names = {}
    for _, object in ipairs(objects) do names[object.kind .. " " .. text.lower(object.uri .. object.name)] = true end
    return names
end

-- A user is known by name as well; an application is one only where nothing better is known.
local function is_by(row, who)
    if (who.object_id or "") ~= "" and text.contains(text.lower(row.idn or ""), text.lower(who.object_id)) then return true end
    if who.name then return text.same(row.upn, who.name) end
    return not who.object_id and who.app_id ~= nil and text.same(row.appid, who.app_id)
end

local function is_by_any(row, callers)
    for _, who in ipairs(callers) do
        if is_by(row, who) then return true end
    end
    return false
end

local uses = {"Get", "Decrypt", "Encrypt", "Sign", "Verify", "Wrap", "Unwrap", "Backup"}

-- Did the call use the object, rather than list or change it?
local function is_use(row)
    if tonumber(row.code) ~= 200 then return false end
    for _, word in ipairs(uses) do
        if text.ends(row.OperationName or "", word) then return true end
    end
    return false
end

local function add(consumers, by_key, row, found)
    local key = key_of(row)
    local consumer = by_key[key]
    if not consumer then
        local user = row.upn ~= "" and (register_book.user(nil, row.upn) or {}) or nil
        local application = not user and register_book.application(nil, row.appid) or nil
        consumer = {
            app_id = not user and row.appid ~= "" and row.appid or nil, upn = user and row.upn,
            name = user and (user.name or row.upn) or application and application.name or key,
            owner = user and user.mail or application and application.owner,
            known = application ~= nil or user ~= nil and user.name ~= nil,
            objects = list {}, last = row.TimeGenerated,
        }
        by_key[key] = consumer
        table.insert(consumers, consumer)
    end
    consumer.last = time.max(consumer.last, row.TimeGenerated)
    consumer.objects = list.union(consumer.objects, {found.kind .. " " .. found.name})
end

-- The directory knows names and owners of applications that the register does not.
local function look_up(consumers, read)
    local requests, strangers = {}, {}
    for _, consumer in ipairs(consumers) do
        if not consumer.known and consumer.app_id then
            table.insert(strangers, consumer)
            table.insert(requests, {"list", graph.applications_by_app_id(consumer.app_id)})
        end
    end
    local answers = #requests > 0 and read:all(requests) or {}
    for i, consumer in ipairs(strangers) do
        local application = answers[i] and answers[i][1]
        if application then consumer.name = application.displayName or consumer.name end
    end
end

return primitive {
    name = "keyvault.list_consumers",
    summary = "Lists the applications that read the affected objects",
    since = "0.1.0",
    params = {
        objects = {type = "list", of = "any", help = "the objects, as keyvault.list_accessed gives them"},
        actor = {type = "record", fields = {object_id = "guid?", app_id = "guid?", name = "string?", kind = "string?"},
            help = "the suspect, who is left out"},
        start = logs.start,
        also = {type = "list", of = "guid", default = list {},
            help = "object ids of others who are suspects, and left out"},
        back = {type = "duration", default = "30d", help = "how long before that the log is read"},
    },
    returns = {
        consumers = {type = "list", of = {type = "record", fields = {
            app_id = "string?", upn = "string?", name = "string", owner = "string?", known = "bool",
            objects = {type = "list", of = "string"}, last = "time",
        }}},
        reachable = {type = "list", of = "any", help = "those of them whom the register says how to reach"},
        complete = "bool",
    },
    risk = "read",
    permissions = {"Microsoft.OperationalInsights/workspaces/query/read", "Application.Read.All"},
    example = {
        objects = {{
            kind = "secret", name = "sql-prod-connection", uri = "https://kv-contoso-prod.vault.azure.net/",
            vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
                .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        }},
        actor = {object_id = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"}, start = "2024-09-16T13:05:40Z",
    },

    observe = function(p, read)
        local requests, wanted, from = {}, affected(p.objects), logs.from(p, read)
        local suspects = list {p.actor, self()}
        for _, who in ipairs(p.also) do table.insert(suspects, {object_id = who}) end
        for _, vault in ipairs(list.unique(list.pluck(p.objects, "vault"))) do
            local url, body = logs.audit_query {vault = vault, start = from, finish = now()}
            if url then table.insert(requests, {"query", url, body}) end
        end
        local answers = #requests > 0 and read:all(requests) or {}
        local consumers, by_key, complete = list {}, {}, #requests > 0
        for i = 1, #requests do
            local rows, whole = logs.rows(answers[i])
            complete = complete and whole
            for _, row in ipairs(rows) do
                local found = row.obj and keyvault.split(row.obj)
                if found and is_use(row) and not is_by_any(row, suspects)
                    and wanted[found.kind .. " " .. text.lower(found.uri .. found.name)] then
                    add(consumers, by_key, row, found)
                end
            end
        end
        look_up(consumers, read)
        local reachable = list {}
        for _, consumer in ipairs(consumers) do
            if consumer.owner then table.insert(reachable, consumer) end
        end
        return {consumers = consumers, reachable = reachable, complete = complete}
    end,
}
