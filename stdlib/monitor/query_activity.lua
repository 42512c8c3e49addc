-- What was done to a resource's settings, by whom, from where: the activity log. With a caller only what that caller
-- did. The log is 90 days long and some minutes behind.
local activity = use "activity"
local logs = use "logs"

return primitive {
    name = "monitor.query_activity",
    summary = "Lists what was done to a resource",
    since = "0.1.0",
    params = {
        resource = {type = "id", help = "resource id"},
        start = logs.start,
        finish = {type = "time", optional = true, help = "end of the period; default: now"},
        back = {type = "duration", default = "1d", help = "how long before the begin the log is read"},
        caller = {type = "string", optional = true, help = "object id, application id or UPN"},
        changes_only = {type = "bool", default = true, help = "leave reads out"},
    },
    returns = {events = {type = "list", of = {type = "record", fields = {
        time = "time", operation = "string", caller = "string?", object_id = "string?", ip = "string?",
        status = "string?", correlation = "string?",
    }}}},
    risk = "read",
    permissions = {"Microsoft.Insights/eventtypes/values/read"},
    example = {
        resource = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        start = "2024-09-16T13:05:40Z",
    },

    observe = function(p, read)
        local period = {from = logs.from(p, read), to = p.finish or now()}
        local url = activity.events(id.subscription(p.resource), period, "resourceUri eq {resource}",
            {resource = p.resource})
        local events = list {}
        for _, event in ipairs(read:list(url) or {}) do
            local operation = activity.operation(event)
            local reading = text.ends(text.lower(operation), "/read")
            if not (p.changes_only and reading) and (not p.caller or activity.is_by(event, p.caller)) then
                table.insert(events, {time = event.eventTimestamp, operation = operation, caller = event.caller,
                    object_id = activity.claim(event, "/objectidentifier"), status = event.status and event.status.value,
                    ip = event.httpRequest and event.httpRequest.clientIpAddress, correlation = event.correlationId})
            end
        end
        return {events = events}
    end,
}
