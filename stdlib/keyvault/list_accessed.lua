-- Which objects a caller has had in hand: those that the alert names, and those in the audit log. The log is asked
-- once for all vaults, by object id (else by user name) and by address, and so shows other vaults of the same caller too;
-- those are looked for in the subscriptions of the profile. Many people share an address of the organisation's own, and
-- many share a public client such as Azure CLI: those identify the caller only when nothing better is known. Calls that
-- were refused count as not accessed.
local keyvault = use "keyvault"
local logs = use "logs"
local register_book = use "register"
local touched = use "touched"

-- One query for the caller and the first address together, one for each further address.
local function queries(p, start, finish)
    local who = p.actor.object_id
    local name = not who and p.actor.name or nil
    local app = not who and not name and p.actor.app_id or nil
    local addresses = list {}
    for _, address in ipairs(p.ips) do
        if not (who or name) or not register_book.network(address) then table.insert(addresses, address) end
    end
    local requests = {}
    local function ask(wanted)
        local url, body = logs.audit_query(wanted)
        if url then table.insert(requests, {"query", url, body}) end
    end
    if who or name or app or addresses[1] then
        ask {who = who, name = name, app = app, ip = addresses[1], start = start, finish = finish}
    end
    for i = 2, #addresses do ask {ip = addresses[i], start = start, finish = finish} end
    return requests
end

local function add_others(requests, p, from)
    for _, who in ipairs(p.also) do
        local url, body = logs.audit_query {who = who, start = from, finish = now()}
        if url then table.insert(requests, {"query", url, body}) end
    end
end

-- The same call answers two questions when both its caller and its address are asked for: it counts once.
local function unique_rows(answers, first, last)
    local rows, seen, whole = list {}, {}, true
    for i = first, last do
        local some, all_there = logs.rows(answers[i])
        whole = whole and all_there
        for _, row in ipairs(some) do
            local key = text.join({row.TimeGenerated or "", row.CorrelationId or "", row.OperationName or "",
                row.obj or ""}, " ")
            if not seen[key] then
                seen[key] = true
                table.insert(rows, row)
            end
        end
    end
    return rows, whole
end

return primitive {
    name = "keyvault.list_accessed",
    summary = "Lists the secrets, keys and certificates that a caller accessed",
    since = "0.1.0",
    params = {
        vaults = {type = "list", of = "id", help = "resource ids of the vaults whose objects are wanted"},
        actor = {type = "record", fields = {object_id = "guid?", app_id = "guid?", name = "string?", kind = "string?"},
            help = "who called, as an alert names it"},
        ips = {type = "list", of = "ip", default = list {}, help = "addresses that the calls came from"},
        targets = {type = "list", of = "any", default = list {}, help = "objects that the alert itself names"},
        start = logs.start,
        back = {type = "duration", default = "2d", help = "how long before that the log is read"},
        logged = {type = "bool", default = true, help = "do these vaults keep an audit log?"},
        also = {type = "list", of = "guid", default = list {},
            help = "object ids of others whose accesses to these vaults count as well"},
    },
    returns = {
        secrets = {type = "list", of = touched.object},
        keys = {type = "list", of = touched.object},
        certificates = {type = "list", of = touched.object},
        objects = {type = "list", of = touched.object, help = "one entry per object, whatever its versions"},
        others = {type = "list", of = "id", help = "other vaults that the same caller accessed"},
        outside = {type = "list", of = "string", help = "names of vaults that are in no subscription of the profile"},
        events = {type = "int", help = "successful calls in the log"},
        refused = {type = "int", help = "calls in the log that were refused"},
        complete = {type = "bool", help = "is the list all there is, as far as anybody can know?"},
        source = {type = "enum", values = {"log", "alert", "none"}},
        from = {type = "time", help = "the log was read from then on"},
    },
    risk = "read",
    permissions = {"Microsoft.OperationalInsights/workspaces/query/read"},
    example = {
        vaults = {
            "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
                .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        },
        actor = {object_id = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},
        ips = {"198.51.100.77"}, start = "2024-09-16T13:05:40Z",
    },

    observe = function(p, read)
        local all, refused = touched.gather(), 0
        if not p.logged then read:note("not all vaults keep an audit log: earlier operations there cannot be examined") end
        for _, target in ipairs(p.targets) do touched.add_target(all, target, p.start) end
        local from = logs.from(p, read)
        local requests = queries(p, from, now())
        local asked = #requests
        add_others(requests, p, from)
        local answers = #requests > 0 and read:all(requests) or {}
        local rows, whole = unique_rows(answers, 1, asked)
        for _, row in ipairs(rows) do
            touched.add_row(all, row)
            local code = tonumber(row.code) or 0
            -- 401 is the first step of every client's sign-in, not a refusal.
            if code == 403 then refused = refused + 1 end
        end
        local ids = touched.ids(p.vaults)
        local names, others, outside = touched.other_vaults(all, ids), list {}, list {}
        -- What the others did elsewhere is their own business.
        local more, all_there = unique_rows(answers, asked + 1, #requests)
        for _, row in ipairs(more) do touched.add_row(all, row) end
        whole = whole and all_there
        local found = keyvault.find(names, read)
        for _, name in ipairs(names) do
            table.insert(found[name] and others or outside, found[name] or name)
        end
        local result = {
            secrets = touched.of_kind(all, "secret", ids), keys = touched.of_kind(all, "key", ids),
            certificates = touched.of_kind(all, "certificate", ids), others = others, outside = outside,
            events = all.events, refused = refused, complete = p.logged and whole and asked > 0,
            source = #rows > 0 and "log" or #all.order > 0 and "alert" or "none", from = from,
        }
        result.objects = touched.distinct(list.concat(list.concat(result.secrets, result.keys), result.certificates))
        return result
    end,
}
