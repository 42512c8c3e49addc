-- What was done in a whole subscription, by whom and from where: rights that were given, resources that were made. An
-- intruder shows here when an alert names no resource. The log is 90 days long and some minutes behind.
local activity = use "activity"
local logs = use "logs"

local function url(p, period)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Insights/eventtypes/management/values"
        .. "?api-version=2015-04-01&$filter={filter}", {s = p.subscription,
        filter = odata("eventTimestamp ge {from} and eventTimestamp le {to}", {from = period.from, to = period.to})})
end

local entry = {type = "record", fields = {
    time = "time", operation = "string", resource = "string?", caller = "string?", object_id = "string?", ip = "string?"}}

return primitive {
    name = "monitor.query_subscription",
    summary = "Lists what was done in a subscription, and by whom",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        start = logs.start,
        back = {type = "duration", default = "1d", help = "how long before the begin the log is read"},
    },
    returns = {
        grants = {type = "list", of = entry, help = "rights that were given or taken"},
        made = {type = "list", of = entry, help = "resources that were made or changed"},
        callers = {type = "list", of = {type = "record", fields = {
            name = "string?", object_id = "string?", ips = {type = "list", of = "string"}, operations = "int",
            ours = {type = "bool", help = "the identity that looks: what it did is the response's own"}}},
            help = "who changed anything"},
        from = {type = "time", help = "from when on the log was read"},
    },
    risk = "read",
    permissions = {"Microsoft.Insights/eventtypes/values/read"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", start = "2024-09-16T01:02:00Z"},

    observe = function(p, read)
        local period = {from = logs.from(p, read), to = now()}
        local result = {grants = list {}, made = list {}, callers = list {}, from = period.from}
        local known = {}
        for _, event in ipairs(read:list(url(p, period)) or {}) do
            local operation = text.lower(activity.operation(event))
            local failed = event.status and text.same(event.status.value or "", "Failed")
            if not text.ends(operation, "/read") and not failed then
                local who = activity.claim(event, "/objectidentifier") or event.caller or "nobody"
                local ip = event.httpRequest and event.httpRequest.clientIpAddress
                local caller = known[who]
                if not caller then
                    caller = {name = event.caller, object_id = activity.claim(event, "/objectidentifier"), ips = list {},
                        operations = 0, ours = text.same(who, self().object_id or "")}
                    known[who] = caller
                    table.insert(result.callers, caller)
                end
                caller.operations = caller.operations + 1
                caller.ips = list.unique(list.concat(caller.ips, {ip}))
                local rights = text.contains(operation, "roleassignments")
                table.insert(rights and result.grants or result.made, {time = event.eventTimestamp,
                    operation = activity.operation(event), resource = event.resourceId, caller = event.caller,
                    object_id = activity.claim(event, "/objectidentifier"), ip = ip})
            end
        end
        return result
    end,
}
