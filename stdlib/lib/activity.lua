-- The activity log: what was done to settings and rights. It is 90 days long and some minutes behind. The service
-- refuses a filter by caller in some places: that is done here.
local activity = {}

-- Events of a subscription in a period that meet one more condition, such as "resourceUri eq {resource}".
function activity.events(subscription, period, condition, values)
    values.from, values.to = period.from, period.to
    local filter = odata("eventTimestamp ge {from} and eventTimestamp le {to} and " .. condition, values)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Insights/eventtypes/management/values"
        .. "?api-version=2015-04-01&$filter={filter}", {s = subscription, filter = filter})
end

function activity.claim(event, ending)
    for name, value in pairs(event.claims or {}) do
        if text.ends(text.lower(name), ending) then return value end
    end
end

-- Was it done by that object id, application id or user principal name?
function activity.is_by(event, caller)
    return text.same(event.caller or "", caller) or text.same(activity.claim(event, "/objectidentifier") or "", caller)
        or text.same(activity.claim(event, "appid") or "", caller)
end

function activity.operation(event)
    return event.operationName and event.operationName.value or ""
end

return activity
