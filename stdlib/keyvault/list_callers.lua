-- Who called a vault in a period, how often, from where: for alerts about a pattern or a volume, which may concern the
-- vault rather than one caller, and to see whom a firewall would cut off. Busiest first. The response itself is no
-- caller.
local logs = use "logs"
local register_book = use "register"

-- One of the two tables writes the caller's claims as JSON, the other just the object id.
local function object_id_of(row)
    local identity = parse_json(row.idn or "")
    local claim = type(identity) == "table" and (identity.claim or identity) or {}
    local word = claim.oid or claim["http://schemas.microsoft.com/identity/claims/objectidentifier"]
        or text.fields(row.idn or "")[1]
    if word and #text.split(word, "-") == 5 then return text.lower(word) end
end

local function add(callers, by_key, row)
    local object_id = object_id_of(row)
    local key = object_id or row.appid ~= "" and row.appid or row.addr or ""
    local caller = by_key[key]
    if not caller then
        -- A person is known by name: the application is then a public client such as Azure CLI, which many use.
        local known = register_book.user(object_id, row.upn)
            or (row.upn or "") == "" and register_book.application(object_id, row.appid) or nil
        caller = {object_id = object_id, app_id = row.appid ~= "" and row.appid or nil,
            upn = row.upn ~= "" and row.upn or nil, name = known and known.name, known = known ~= nil,
            ips = list {}, operations = 0, refused = 0, last = row.TimeGenerated}
        by_key[key] = caller
        table.insert(callers, caller)
    end
    caller.operations = caller.operations + 1
    caller.last = time.max(caller.last, row.TimeGenerated)
    if tonumber(row.code) == 403 then caller.refused = caller.refused + 1 end
    if row.addr and row.addr ~= "" then caller.ips = list.union(caller.ips, {row.addr}) end
end

-- Addresses by which a caller got in and that neither the register nor `inside` knows. Private ones come through
-- networks, which have rules of their own.
local function foreign(caller, inside)
    local found = list {}
    for _, address in ipairs(caller.refused < caller.operations and caller.ips or {}) do
        local known = net.is_private(address) or register_book.network(address) ~= nil
        for _, one in ipairs(inside) do known = known or net.within(address, one) end
        if not known then table.insert(found, address) end
    end
    return found
end

local function is_one(caller, who)
    if who.object_id and caller.object_id then return text.same(who.object_id, caller.object_id) end
    if who.name and caller.upn then return text.same(who.name, caller.upn) end
    return who.app_id ~= nil and not who.name and text.same(who.app_id, caller.app_id)
end

local function is_left_out(caller, known)
    return is_one(caller, known) or is_one(caller, self())
end

return primitive {
    name = "keyvault.list_callers",
    summary = "Lists who called a vault",
    since = "0.1.0",
    params = {
        vault = {type = "id", help = "resource id of the vault"},
        start = logs.start,
        finish = {type = "time", optional = true, help = "end of the period; default: now"},
        back = {type = "duration", default = "1d", help = "how long before the begin the log is read"},
        besides = {type = "record", optional = true, fields = {object_id = "guid?", app_id = "guid?", name = "string?",
            kind = "string?"}, help = "a caller that is known already, as an alert names it: left out"},
        inside = {type = "list", of = "cidr", default = list {},
            help = "addresses that are let in besides the networks of the register"},
    },
    returns = {
        callers = {type = "list", of = {type = "record", fields = {
            id = "string?", object_id = "string?", app_id = "string?", upn = "string?", name = "string?", known = "bool",
            ips = {type = "list", of = "string"}, operations = "int", refused = "int", last = "time",
        }}},
        strangers = {type = "int", help = "callers that the register does not know"},
        outside = {type = "list", of = "string", help = "callers from addresses that nobody lets in, with these"},
        complete = "bool",
    },
    risk = "read",
    permissions = {"Microsoft.OperationalInsights/workspaces/query/read"},
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        start = "2024-09-16T13:05:40Z",
    },

    observe = function(p, read)
        local url, body = logs.audit_query {vault = p.vault, start = logs.from(p, read), finish = p.finish or now()}
        if not url then return {callers = list {}, outside = list {}, strangers = 0, complete = false} end
        local rows, complete = logs.rows(read:query(url, body))
        local callers, by_key, strangers = list {}, {}, 0
        for _, row in ipairs(rows) do
            -- 401 is the first step of every client's sign-in.
            if tonumber(row.code) ~= 401 then add(callers, by_key, row) end
        end
        local busiest, outside = list {}, list {}
        for _, caller in ipairs(list.sort(callers, "operations")) do
            if not is_left_out(caller, p.besides or {}) then
                caller.id = caller.object_id or caller.app_id or caller.upn
                table.insert(busiest, 1, caller)
                if not caller.known then strangers = strangers + 1 end
                local from = foreign(caller, p.inside)
                if #from > 0 then
                    table.insert(outside, 1, (caller.name or caller.upn or caller.app_id or caller.object_id or "somebody")
                        .. " (" .. text.join(from, ", ") .. ")")
                end
            end
        end
        return {callers = busiest, outside = outside, strangers = strangers, complete = complete}
    end,
}
