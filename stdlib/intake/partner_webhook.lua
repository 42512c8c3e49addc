-- The body of a Partner Center webhook: it says that there are fraud events and where to fetch them, no more. Whether
-- it may be believed (its signature, the host of ResourceUri) is not decided here. Other events are skipped.
local payload = use "intake"
local facts_of = use "alert_facts"

local function is_event(item)
    return payload.get(item, "EventName") ~= nil and payload.get(item, "ResourceUri", "ResourceName") ~= nil
end

-- The value of a parameter in an address, or nil.
local function parameter(address, name)
    local parts = text.split(address:sub(1, 4096), "?")
    for _, pair in ipairs(text.split(parts[2] or "", "&")) do
        local sides = text.split(pair, "=")
        if #sides == 2 and sides[1]:lower() == name then return sides[2] ~= "" and sides[2] or nil end
    end
    return nil
end

local function read(item, path)
    local facts = facts_of.new()
    local name = payload.text(item, path, "EventName")
    local address = payload.text(item, path, "ResourceUri") or ""
    facts_of.subscription(facts, parameter(address, "subscriptionid"))
    return facts_of.record(facts, {
        thin = true, kind = "csp-fraud", type = name, event = name, raw = item, path = path,
        start = payload.time(item, path, "ResourceChangeUtcDate"), status = parameter(address, "eventstatus"),
        simulated = name == "test-created",
    })
end

local function is_alert(item)
    if not is_event(item) then return false end
    local name = payload.get(item, "EventName")
    return type(name) ~= "string" or name == "azure-fraud-event-detected" or name == "test-created"
end

return intake {
    name = "partner-webhook", order = 46,
    matches = function(raw) return payload.any(raw, is_event) end,
    alerts = function(raw) return payload.each(raw, is_alert, read) end,
    sample = function(alert)
        return map {
            EventName = alert.simulated and "test-created" or "azure-fraud-event-detected",
            ResourceUri = "https://api.partnercenter.microsoft.com/v1/fraudEvents?SubscriptionId="
                .. (alert.subscription or "") .. "&EventStatus=" .. (alert.status or "Active"),
            ResourceChangeUtcDate = alert.start,
        }
    end,
}
