-- The fraud events of the partner's customers, of one subscription or of all, and what can be counted in them. With the
-- new model (the usual) there are types, severities and the newest kinds of detection; the old one knows neither.
local center = use "partnercenter"

local function count(of, key)
    if key and not of[key] then
        of[key] = true
        return 1
    end
    return 0
end

-- The open ones by type, as the daily summary counts them.
local function by_type(events)
    local order, rows = {}, {}
    for _, event in ipairs(events) do
        local name = event.type or "unknown"
        local row = rows[name]
        if not row then
            row = {type = name, events = 0, customers = 0, subscriptions = 0, seen = {}, seen_s = {}}
            rows[name] = row
            table.insert(order, name)
        end
        row.events = row.events + 1
        row.customers = row.customers + count(row.seen, event.customer)
        row.subscriptions = row.subscriptions + count(row.seen_s, event.subscription)
    end
    local result = list {}
    for _, name in ipairs(list.sort(order)) do
        local row = rows[name]
        table.insert(result, {type = row.type, events = row.events, customers = row.customers,
            subscriptions = row.subscriptions})
    end
    return result
end

local function distinct(events, field)
    local seen, number = {}, 0
    for _, event in ipairs(events) do number = number + count(seen, event[field]) end
    return number
end

-- The one of that type; nil where there are several.
local function only(events, kind)
    local found
    for _, event in ipairs(events) do
        if kind and text.same(event.type or "", kind) then
            if found then return nil end
            found = event
        end
    end
    return found
end

return primitive {
    name = "partner.list_fraud_events",
    summary = "Lists fraud events of the partner's customers",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", optional = true, help = "one subscription; default: all"},
        id = {type = "string", optional = true, help = "the event in hand, given as `event`"},
        type = {type = "string", optional = true,
            help = "its type: without its id, the only open one of that type in the subscription, else the only one"},
        at = {type = "time", optional = true,
            help = "when a mail told of it: without id and type, the one of the subscription nearest to that"},
        old_model = {type = "bool", default = false, help = "ask without the header X-NewEventsModel"},
        stale_after = {type = "duration", default = "60d",
            help = "how long nothing was seen of an open event for it to be stale"},
    },
    returns = {
        events = {type = "list", of = {type = "record", fields = center.event_fields}, help = "all of them"},
        open = {type = "list", of = {type = "record", fields = center.event_fields},
            help = "those not resolved, without tests"},
        stale = {type = "list", of = {type = "record", fields = center.event_fields},
            help = "open ones that the daily summary no longer counts"},
        event = {type = "record", fields = center.event_fields, optional = true, help = "the event in hand"},
        ids = {type = "list", of = "string", help = "ids of the open ones"},
        by_type = {type = "list", of = {type = "record", fields = {
            type = "string", events = "int", customers = "int", subscriptions = "int"}},
            help = "the open ones that are not stale, counted"},
        summary = {type = "list", of = "string", help = "the same in words, a line for each type"},
        customers = {type = "int", help = "customers with open events that are not stale"},
        subscriptions = {type = "int", help = "their subscriptions"},
        unknown_types = {type = "list", of = "string", help = "types that this library does not know yet"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent, signed in as a person (App+User)"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p, read)
        local events = center.events(read, p.subscription, p.old_model)
        local before = time.add(now(), "-" .. p.stale_after)
        local result = {events = events, open = list {}, stale = list {}, ids = list {}}
        local fresh, unknown, regular = {}, {}, {}
        for _, event in ipairs(events) do
            if p.id and text.same(event.id, p.id) then result.event = event end
            if not event.test then table.insert(regular, event) end
            if not event.known then table.insert(unknown, event.type) end
            if event.open and not event.test then
                table.insert(result.open, event)
                table.insert(result.ids, event.id)
                local stale = event.last and time.before(event.last, before)
                table.insert(stale and result.stale or fresh, event)
            end
        end
        -- An id of these events begins with the subscription; Graph's are others.
        local named = p.subscription and text.starts(text.lower(p.id or ""), text.lower(p.subscription) .. "_")
        result.event = result.event or not named and p.subscription
            and (only(result.open, p.type) or only(regular, p.type) or p.at and regular[center.nearest(regular, p.at) or 0])
            or nil
        result.by_type = by_type(fresh)
        result.summary = list {}
        for _, row in ipairs(result.by_type) do
            table.insert(result.summary, row.type .. ": events " .. row.events .. ", customers " .. row.customers
                .. ", subscriptions " .. row.subscriptions)
        end
        result.customers, result.subscriptions = distinct(fresh, "customer"), distinct(fresh, "subscription")
        result.unknown_types = list.unique(list(unknown))
        return result
    end,
}
