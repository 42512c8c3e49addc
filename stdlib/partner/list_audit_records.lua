-- The activity log of Partner Center: evidence that an event was sent, and what people and applications did there. It is
-- at most 90 days long; a begin further back is refused by the service, so it is brought forward, and `from` says so.
local center = use "partnercenter"

local function data_of(raw)
    local data = {}
    for _, pair in ipairs(raw.customizedData or {}) do data[text.lower(pair.key)] = pair.value end
    return data
end

return primitive {
    name = "partner.list_audit_records",
    summary = "Lists what happened in Partner Center",
    since = "0.1.0",
    params = {
        start = {type = "time", help = "begin of the period"},
        finish = {type = "time", optional = true, help = "its end; default: now"},
        customer = {type = "guid", optional = true, help = "one customer"},
        operation = {type = "string", optional = true, help = "one type, such as azure_fraud_event_detected"},
    },
    returns = {
        records = {type = "list", of = {type = "record", fields = {
            time = "time", operation = "string", status = "string?", customer = "string?", customer_name = "string?",
            user = "string?", application = "string?", subscription = "string?", event = "string?"}}},
        events = {type = "list", of = "string", help = "ids of the fraud events that the records name"},
        from = {type = "time", help = "from when on it was read"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {start = "2024-09-16T00:00:00Z"},

    observe = function(p, read)
        local from, to = time.max(p.start, time.add(now(), "-90d")), p.finish or now()
        local filter = p.customer and ('{"Field":"CustomerId","Value":"' .. p.customer .. '","Operator":"equals"}')
        local url = filter
            and uri("partner:/v1/auditrecords?startDate={from}&endDate={to}&filter={filter}",
                {from = from:sub(1, 10), to = to:sub(1, 10), filter = filter})
            or uri("partner:/v1/auditrecords?startDate={from}&endDate={to}", {from = from:sub(1, 10), to = to:sub(1, 10)})
        local result = {records = list {}, events = list {}, from = from}
        for _, raw in ipairs(center.pages(read, url, "audit records")) do
            if (not p.operation or text.same(raw.operationType, p.operation)) and not time.before(raw.operationDate, from)
                and not time.after(raw.operationDate, to) then
                local data = data_of(raw)
                table.insert(result.records, {time = raw.operationDate, operation = raw.operationType,
                    status = raw.operationStatus, customer = raw.customerId, customer_name = raw.customerName,
                    user = raw.userPrincipalName ~= "" and raw.userPrincipalName or nil, application = raw.applicationId,
                    subscription = data.subscriptionid, event = data.eventid})
                if data.eventid then table.insert(result.events, data.eventid) end
            end
        end
        return result
    end,
}
