-- The resources of a subscription, held against what the organisation says is its own (the register's `resources`) and
-- against the activity log: who made what, and when. Strange is what the register does not name, and what was made in
-- the period by somebody whom it does not name or by the caller in question, even in a place that it names. What the
-- response itself has made, such as a snapshot, is not.
local activity = use "activity"
local logs = use "logs"
local register_book = use "register"

-- The first successful writing of each resource in the period, and by whom.
local function makers(events)
    local made = {}
    for _, event in ipairs(events or {}) do
        local operation = text.lower(activity.operation(event))
        local key = text.lower(event.resourceId or "")
        local fine = not event.status or event.status.value ~= "Failed"
        if text.ends(operation, "/write") and fine then
            local known = made[key]
            if not known or time.before(event.eventTimestamp, known.time) then
                made[key] = {time = event.eventTimestamp, caller = event.caller,
                    object_id = activity.claim(event, "/objectidentifier"), event = event}
            end
        end
    end
    return made
end

local function is_registered(maker)
    return register_book.user(maker.object_id, maker.caller) ~= nil
        or register_book.application(maker.object_id, maker.caller) ~= nil
end

return primitive {
    name = "resource.list",
    summary = "Lists the resources of a subscription that nobody knows",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "where to look"},
        start = logs.start,
        back = {type = "duration", default = "1d", help = "how long before that the log is read"},
        caller = {type = "string", optional = true, help = "object id, application id or UPN: what it made is strange"},
    },
    returns = {
        found = {type = "bool", help = "can the sign-in see the subscription at all?"},
        name = {type = "string", optional = true, help = "what the subscription is called"},
        disabled = {type = "bool", help = "it was stopped: what is in it can be read and deleted, and nothing else"},
        count = {type = "int", help = "all resources there"},
        strange = {type = "list", of = {type = "record", fields = {
            id = "id", name = "string", type = "string", location = "string?", group = "string?", created = "time?",
            by = {type = "string", optional = true, help = "who made it, where the log tells"},
            known = {type = "bool", help = "does the register name it?"},
            machine = {type = "bool", help = "a virtual machine"},
            disk = {type = "bool", help = "a disk that no machine uses"},
        }}},
        from = {type = "time", help = "from when on the log was read"},
    },
    risk = "read",
    permissions = {"Microsoft.Resources/subscriptions/read", "Microsoft.Resources/subscriptions/resources/read",
        "Microsoft.Insights/eventtypes/values/read"},
    example = {subscription = "4c37d899-9818-4152-8233-89cea195dbe7"},

    observe = function(p, read)
        local period = {from = logs.from(p, read), to = now()}
        local answers = read:all {
            {"list", uri("arm:/subscriptions/{s}/resources?api-version=2024-03-01&$expand=createdTime,changedTime",
                {s = p.subscription}), {denied_ok = true}},
            {"list", activity.events(p.subscription, period), {denied_ok = true}},
            {"get", uri("arm:/subscriptions/{s}?api-version=2022-12-01", {s = p.subscription}), {denied_ok = true}},
        }
        local made, strange = makers(answers[2]), list {}
        for _, raw in ipairs(answers[1] or {}) do
            local maker, known = made[text.lower(raw.id)], register_book.resource(raw.id) ~= nil
            local new = raw.createdTime ~= nil and not time.before(raw.createdTime, period.from)
            local odd = new and maker ~= nil
                and (not is_registered(maker) or p.caller ~= nil and activity.is_by(maker.event, p.caller))
            local ours = new and maker ~= nil and text.same(maker.object_id or "", self().object_id or "nobody")
            if (not known or odd) and not ours then
                table.insert(strange, {id = raw.id, name = raw.name, type = raw.type, location = raw.location,
                    group = id.group(raw.id), created = raw.createdTime, by = new and maker and maker.caller or nil,
                    known = known, machine = text.same(raw.type, "Microsoft.Compute/virtualMachines"),
                    disk = text.same(raw.type, "Microsoft.Compute/disks") and raw.managedBy == nil})
            end
        end
        local it = answers[3] or {}
        return {found = answers[1] and true or false, name = it.displayName, disabled = text.same(it.state, "Disabled"),
            count = list.count(answers[1] or {}), strange = strange, from = period.from}
    end,
}
