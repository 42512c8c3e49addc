-- The sign-ins of a user or of an application around an attack, newest first: from where, with what, and whether the
-- address is one of the organisation's own. The log needs a licence (Entra ID P1) and holds interactive sign-ins.
local logs = use "logs"
local register_book = use "register"

return primitive {
    name = "entra.list_signins",
    summary = "Lists the sign-ins of a user or application",
    since = "0.1.0",
    params = {
        principal = {type = "guid", optional = true, help = "object id of a user"},
        app_id = {type = "guid", optional = true, help = "application id, when it is about an application"},
        start = logs.start,
        back = {type = "duration", default = "7d", help = "how long before that the log is read"},
    },
    returns = {
        readable = {type = "bool", help = "may the log be read?"},
        signins = {type = "list", of = {type = "record", fields = {
            time = "time", ip = "string?", app = "string?", ok = "bool", why = "string?", place = "string?",
            risk = "string?", own = {type = "bool", help = "from a network of the organisation?"},
        }}},
        strange = {type = "list", of = "string", help = "addresses outside of it from which a sign-in succeeded"},
    },
    risk = "read",
    permissions = {"AuditLog.Read.All", "Directory.Read.All"},
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    observe = function(p, read)
        local from = logs.from(p, read)
        local filter = p.principal and odata("userId eq {who} and createdDateTime ge {from:time}",
            {who = p.principal, from = from})
            or odata("appId eq {app} and createdDateTime ge {from:time}", {app = p.app_id or "", from = from})
        local signins, strange = list {}, list {}
        local rows = read:list(uri("graph:/auditLogs/signIns?$filter={filter}&$top=100", {filter = filter}),
            {denied_ok = true})
        for _, it in ipairs(rows or {}) do
            local where, ok = it.location or {}, (it.status or {}).errorCode == 0
            local own = net.is_ip(it.ipAddress or "") and register_book.network(it.ipAddress) ~= nil
            if ok and not own and it.ipAddress then table.insert(strange, it.ipAddress) end
            table.insert(signins, {time = it.createdDateTime, ip = it.ipAddress, app = it.appDisplayName, ok = ok,
                why = not ok and (it.status or {}).failureReason or nil, risk = it.riskLevelDuringSignIn, own = own,
                place = where.city and (where.city .. ", " .. (where.countryOrRegion or "")) or where.countryOrRegion})
        end
        return {readable = rows ~= nil and rows ~= false, signins = signins, strange = list.unique(strange)}
    end,
}
