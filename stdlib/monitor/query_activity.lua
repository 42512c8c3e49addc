-- What was done to a resource or in whole subscriptions, by whom, from where: the activity log. With a caller only what
-- that caller did, else what anybody did but the identity that looks: that is the response's own, and in the trail.
-- `suspicious` is judged by the names of the operations, which nobody can choose; a reason is not a proof. The log is 90
-- days long and some minutes behind.
local activity = use "activity"
local denied = use "denied"
local logs = use "logs"

local function describe(event)
    local operation = activity.operation(event)
    return {time = event.eventTimestamp, operation = operation, caller = event.caller, resource = event.resourceId,
        object_id = activity.claim(event, "/objectidentifier"), status = event.status and event.status.value,
        ip = event.httpRequest and event.httpRequest.clientIpAddress, correlation = event.correlationId,
        suspicion = activity.suspicion(operation)}
end

local function is_meant(raw, event, caller)
    if caller then return activity.is_by(raw, caller) end
    return not text.same(event.object_id or "", self().object_id or "nobody")
end

-- The machine that an event reached, from the resource's id.
local function machine_of(resource)
    local parts = text.split(resource or "", "/")
    if parts[9] and text.same(parts[7], "Microsoft.Compute") and text.same(parts[8], "virtualMachines") then
        return text.join({"", "subscriptions", parts[3], "resourceGroups", parts[5], "providers", parts[7], parts[8],
            parts[9]}, "/")
    end
end

local function requests_of(p, period)
    if p.resource then
        return {{"list", activity.events(id.subscription(p.resource), period, "resourceUri eq {resource}",
            {resource = p.resource}), denied.ok}}
    end
    local requests = {}
    for _, subscription in ipairs(p.subscriptions) do
        table.insert(requests, {"list", activity.events(subscription, period), denied.ok})
    end
    return requests
end

return primitive {
    name = "monitor.query_activity",
    summary = "Lists what was done to a resource or in subscriptions",
    since = "0.1.0",
    params = {
        resource = {type = "id", optional = true, help = "resource id"},
        subscriptions = {type = "list", of = "guid", default = {}, help = "where to look, when it is about no resource"},
        start = logs.start,
        finish = {type = "time", optional = true, help = "end of the period; default: now"},
        back = {type = "duration", default = "1d", help = "how long before the begin the log is read"},
        caller = {type = "string", optional = true, help = "object id, application id or UPN"},
        changes_only = {type = "bool", default = true, help = "leave reads out"},
    },
    returns = {
        events = {type = "list", of = {type = "record", fields = {
            time = "time", operation = "string", caller = "string?", object_id = "string?", ip = "string?",
            status = "string?", correlation = "string?", resource = "string?",
            suspicion = {type = "string", optional = true, help = "why this kind of operation counts as suspicious"},
        }}},
        suspicious = {type = "list", of = "string", help = "why, each once"},
        machines = {type = "list", of = "string", help = "resource ids of machines on which code was run"},
        callers = {type = "list", of = "string", help = "who did something suspicious"},
        ips = {type = "list", of = "string", help = "from where"},
        denied = denied.field,
    },
    risk = "read",
    permissions = {"Microsoft.Insights/eventtypes/values/read"},
    example = {
        resource = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        start = "2024-09-16T13:05:40Z",
    },

    observe = function(p, read)
        local requests = requests_of(p, {from = logs.from(p, read), to = p.finish or now()})
        local answers = #requests > 0 and read:all(requests) or {}
        local events, why, machines, callers, ips = list {}, list {}, list {}, list {}, list {}
        for i = 1, #requests do
            for _, raw in ipairs(answers[i] or {}) do
                local event = describe(raw)
                local reading = text.ends(text.lower(event.operation), "/read")
                if not (p.changes_only and reading) and is_meant(raw, event, p.caller) then
                    table.insert(events, event)
                    if event.suspicion then
                        table.insert(why, event.suspicion)
                        if event.caller then table.insert(callers, event.caller) end
                        if event.ip then table.insert(ips, event.ip) end
                        local machine = event.suspicion == "code run on a machine" and machine_of(event.resource)
                        if machine then table.insert(machines, machine) end
                    end
                end
            end
        end
        return {events = events, suspicious = list.unique(why), machines = list.unique(machines),
            callers = list.unique(callers), ips = list.unique(ips),
            denied = denied.any(answers, #requests, "Microsoft.Insights/eventtypes/values/read")}
    end,
}
