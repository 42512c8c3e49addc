-- Finds an alert before a playbook begins: by its full id, by its bare id in the subscriptions of the profile, or the
-- newest regular one whose type or kind meets one of the patterns. A sample or test is the newest only where there is nothing
-- else, as with the types that are made for tests. What the service answers is read by the same code as an alert from a
-- file.
local arm = use "arm"
local center = use "partnercenter"
local words = use "alert_kinds"

local function type_of(raw)
    return raw.properties and raw.properties.alertType or ""
end

local function is_sample(raw)
    local title = raw.properties and raw.properties.alertDisplayName or ""
    return text.starts(text.upper(type_of(raw)), "SIMULATED_") or text.starts(text.upper(title), "[SAMPLE ALERT]")
        or text.contains(text.lower(title), "(not a threat)")
end

-- The kinds that the patterns mean; nil: none, only types.
local function kinds_of(patterns)
    local found
    for kind in pairs(words.kinds) do
        for _, pattern in ipairs(patterns) do
            if text.glob(pattern, kind) then
                found = found or {}
                found[kind] = true
            end
        end
    end
    return found
end

local function meets(raw, patterns, kinds)
    for _, pattern in ipairs(patterns) do
        if text.glob(pattern, type_of(raw)) then return true end
    end
    local alert = kinds and alert_of(raw)[1]
    return alert ~= nil and kinds[alert.kind or ""] == true
end

local function has_id(raw, id)
    return text.same(raw.name or "", id) or text.same(raw.properties and raw.properties.systemAlertId or "", id)
end

-- The alerts of all subscriptions of the profile that the test lets through.
local function search(read, wanted)
    local requests = {}
    for _, subscription in ipairs(profile "scope") do
        table.insert(requests, {"list", arm.alerts(subscription)})
    end
    local answers, found = read:all(requests), list {}
    for i = 1, #requests do
        for _, raw in ipairs(answers[i] or {}) do
            if wanted(raw) then table.insert(found, raw) end
        end
    end
    return found
end

local function started(raw)
    return raw.properties and raw.properties.startTimeUtc
end

local function newest(alerts)
    local best
    for _, raw in ipairs(alerts) do
        if not best or started(raw) and (not started(best) or time.after(started(raw), started(best))) then
            best = raw
        end
    end
    return best
end

-- Fraud events are Partner Center's. Their ids begin with the subscription; "fraudEvents/SUBSCRIPTION/TIME" is what a
-- webhook tells of.
local function subscription_of(id)
    local parts = text.split(id, "/")
    if text.same(parts[1], "fraudEvents") then return parts[2], nil, parts[3] end
    local guid = id:sub(1, 36)
    if #id == 73 and id:sub(37, 37) == "_" and id:sub(9, 9) == "-" and id:sub(24, 24) == "-" then return guid, id end
end

local function is_test(raw)
    return text.same(raw.IsTest or raw.isTest or "", "true")
end

local function nearest_event(events, at)
    local described = {}
    for i, raw in ipairs(events) do described[i] = center.event(raw) end
    return events[center.nearest(described, at) or 0]
end

-- The newest, open ones first.
local function newest_event(events)
    local best, its
    for _, raw in ipairs(events) do
        local it = center.event(raw)
        if not best or it.open and not its.open or it.open == its.open and time.after(it.first, its.first) then
            best, its = raw, it
        end
    end
    return best
end

local function fraud_events(read, subscription, event)
    local found = list {}
    for _, raw in ipairs(center.raw_events(read, subscription)) do
        if not event and not is_test(raw) or event and text.same(raw.eventId, event) then table.insert(found, raw) end
    end
    return found
end

-- Do the patterns mean fraud events, by their kind or by a type that is known?
local function wants_fraud(patterns)
    for _, pattern in ipairs(patterns) do
        if pattern ~= "*" and text.glob(pattern, "csp-fraud") then return true end
        for _, name in ipairs(center.known_types) do
            if text.glob(pattern, name) and pattern ~= "*" then return true end
        end
    end
    return false
end

-- The newest event of those types, whatever its status.
local function newest_of(events, patterns)
    local best, found = nil, 0
    for _, raw in ipairs(events) do
        for _, pattern in ipairs(patterns) do
            if text.glob(pattern, "csp-fraud") or text.glob(pattern, raw.eventType or "") then
                found = found + 1
                if not best or time.after(center.event(raw).first, center.event(best).first) then best = raw end
                break
            end
        end
    end
    return best, found
end

return primitive {
    name = "alert.fetch",
    summary = "Finds an alert by its id, or the newest of some types",
    since = "0.1.0",
    params = {
        id = {type = "string", optional = true, help = "resource id or bare id of the alert"},
        patterns = {type = "list", of = "string", optional = true, help = "types or kinds to look for, such as KV_* or keyvault"},
    },
    returns = {
        alert = {type = "any", optional = true, help = "the alert as playbooks see it; absent when there is none"},
        matches = {type = "int", help = "how many alerts met the wish"},
    },
    risk = "read",
    permissions = {"Microsoft.Security/alerts/read"},
    example = {patterns = {"KV_*"}},

    observe = function(p, read)
        local found
        local subscription, event, at
        if p.id then subscription, event, at = subscription_of(p.id) end
        if subscription then
            local events = fraud_events(read, subscription, event)
            local best = at and nearest_event(events, at) or newest_event(events)
            return {alert = best and alert_of(list {best})[1], matches = #events}
        elseif not p.id and profile "partner" and wants_fraud(p.patterns or {}) then
            local best, matches = newest_of(fraud_events(read), p.patterns)
            if best then return {alert = alert_of(list {best})[1], matches = matches} end
        end
        if p.id and text.starts(p.id, "/subscriptions/") then
            local raw = read:get(uri("arm:{+id}?api-version=2022-01-01", {id = p.id}))
            found = list {raw}
        elseif p.id then
            found = search(read, function(raw) return has_id(raw, p.id) end)
        else
            local patterns = p.patterns or {"*"}
            local kinds = kinds_of(patterns)
            local all, regular = search(read, function(raw) return meets(raw, patterns, kinds) end), list {}
            for _, raw in ipairs(all) do
                if not is_sample(raw) then table.insert(regular, raw) end
            end
            found = #regular > 0 and regular or all
        end
        local raw = newest(found)
        return {alert = raw and alert_of(raw)[1], matches = #found}
    end,
}
