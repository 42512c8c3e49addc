-- Partner Center: its headers, its pages, and what it says of fraud events, customers and their Azure subscriptions.
-- Fraud events are read for a person (App+User); the profile's `partner` says for whom.
local guid = use "guid"

local center = {}

local page_size, max_pages = 200, 50

-- The kinds of event that this library knows. New ones come at short notice: they are read like the others, and named.
center.known_types = {
    "ServiceHealthSecurityAdvisory", "UsageAnomalyDetection", "NetworkConnectionsToCryptoMiningPools",
    "VirtualMachineDeploymentAnomaly", "MultiRegionVirtualMachineScaleSetDeploymentAnomaly",
    "MultiRegionMachineLearningUsageAnomaly",
}

-- The same words give the same identifier, in this run; in another one they are another request.
local function identifier(words)
    return guid.of(now() .. " " .. words)
end

-- MS-RequestId is what makes a request that is sent twice one request; it stays the same for it.
function center.headers(what, more)
    local headers = {["MS-RequestId"] = identifier(what), ["MS-CorrelationId"] = identifier("run"),
        Accept = "application/json"}
    for name, value in pairs(more or {}) do headers[name] = value end
    return headers
end

function center.options(what, more)
    return {headers = center.headers(what, more)}
end

-- Refuses without an account, in words that help.
function center.account()
    local partner = profile "partner"
    if not partner then refuse("the profile has no Partner Center account (partner: {tenant: …})") end
    return partner
end

function center.events_url(subscription)
    return uri("partner:/v1/fraudEvents?SubscriptionId={s}", {s = subscription})
end

local function events_page(subscription, number)
    local values = {s = subscription, size = page_size, page = number}
    local head = subscription and "partner:/v1/fraudEvents?SubscriptionId={s}&" or "partner:/v1/fraudEvents?"
    return uri(head .. "PageSize={size}&PageNumber={page}", values)
end

-- Times have no zone and are UTC.
function center.moment(value)
    if type(value) ~= "string" or value == "" or text.starts(value, "9999-") or text.starts(value, "0001-") then
        return nil
    end
    if text.ends(value, "Z") or text.contains(value, "+") then return value end
    return value .. "Z"
end

local function known(kind)
    for _, name in ipairs(center.known_types) do
        if text.same(name, kind) then return true end
    end
    return false
end

-- An event in the words of playbooks, from either model.
function center.event(raw)
    local resources = list {}
    for _, it in ipairs(raw.affectedResources or {}) do
        if it.azureResourceId then table.insert(resources, it.azureResourceId) end
    end
    if #resources == 0 and raw.entityUrl and raw.entityUrl ~= "" then
        table.insert(resources, text.replace(raw.entityUrl, "\\", "/"))
    end
    local kind = raw.eventType
    return {
        id = raw.eventId, type = kind, status = raw.eventStatus, severity = raw.severity, title = raw.displayName,
        confidence = raw.confidenceLevel, subscription = raw.subscriptionId, subscription_name = raw.subscriptionName,
        customer = raw.customerTenantId, customer_name = raw.customerFriendlyName, resources = resources,
        first = center.moment(raw.firstObserved), last = center.moment(raw.lastObserved) or center.moment(raw.eventTime),
        reason = raw.resolvedReason ~= "None" and raw.resolvedReason or nil,
        by = raw.resolvedBy ~= "" and raw.resolvedBy or nil,
        test = text.same(raw.IsTest or raw.isTest or "", "true"), open = not text.same(raw.eventStatus, "Resolved"),
        known = kind == nil or known(kind), detected = center.moment(raw.eventTime),
    }
end

center.event_fields = {
    id = "string", type = "string?", status = "string", severity = "string?", confidence = "string?", title = "string?",
    subscription = "guid", subscription_name = "string?", customer = "guid?", customer_name = "string?",
    resources = {type = "list", of = "string"}, first = "time?", last = "time?", detected = "time?",
    reason = "string?", by = "string?", test = "bool", open = "bool", known = "bool",
}

--- center.raw_events(read, subscription, old_model) → every event as Partner Center writes it, of one subscription or all
function center.raw_events(read, subscription, old_model)
    center.account()
    if old_model then
        local url = subscription and center.events_url(subscription) or "partner:/v1/fraudEvents"
        return read:get(url, center.options("fraudEvents")) or list {}
    end
    local found = list {}
    for number = 1, max_pages do
        local raw = read:get(events_page(subscription, number),
            center.options("fraudEvents " .. number, {["X-NewEventsModel"] = "true"})) or {}
        for _, it in ipairs(raw) do table.insert(found, it) end
        if #raw < page_size then return found end
    end
    error("there are more than " .. page_size * max_pages .. " fraud events")
end

--- center.events(read, subscription, old_model) → the same in the words of playbooks
function center.events(read, subscription, old_model)
    local found = list {}
    for _, raw in ipairs(center.raw_events(read, subscription, old_model)) do table.insert(found, center.event(raw)) end
    return found
end

--- center.nearest(events, at) → the number of the event, in the words of playbooks, that was told of at that moment without
--- its id: seen or detected nearest to it, whether it is open or not, for another one that is still open was not meant
function center.nearest(events, at)
    local best, least
    for i, event in ipairs(events) do
        for _, field in ipairs {"first", "detected", "last"} do
            local apart = event[field] and math.abs(time.between(event[field], at))
            if apart and (not least or apart < least) then best, least = i, apart end
        end
    end
    return best
end

function center.customer_url(customer)
    return uri("partner:/v1/customers/{c}", {c = customer})
end

function center.subscriptions_url(customer)
    return uri("partner:/v1/customers/{c}/subscriptions", {c = customer})
end

function center.subscription_url(customer, id)
    return uri("partner:/v1/customers/{c}/subscriptions/{s}", {c = customer, s = id})
end

function center.entitlements_url(customer, plan)
    return uri("partner:/v1/customers/{c}/subscriptions/{s}/azureEntitlements", {c = customer, s = plan})
end

function center.entitlement_url(customer, plan, entitlement)
    return uri("partner:/v1/customers/{c}/subscriptions/{s}/azureEntitlements/{e}",
        {c = customer, s = plan, e = entitlement})
end

-- cancel or reactivate
function center.action_url(customer, plan, entitlement, verb)
    return uri("partner:/v1/customers/{c}/subscriptions/{s}/azureEntitlements/{e}/{verb}",
        {c = customer, s = plan, e = entitlement, verb = verb})
end

function center.request_url(number)
    return uri("partner:/v1/servicerequests/{r}", {r = number})
end

-- Every item of a collection, of which the answer is the first page: the others are asked for by a token in a header.
local function items(read, url, what, answer)
    local found = list {}
    for number = 2, max_pages + 1 do
        for _, it in ipairs(answer and answer.items or {}) do table.insert(found, it) end
        local link = answer and answer.links and answer.links.next
        if not link then return found end
        local more = {}
        for _, header in ipairs(link.headers or {}) do more[header.key] = header.value end
        -- The link is relative, and data from the network: only that it goes on is taken from it.
        local mark = text.contains(url, "?") and "&" or "?"
        answer = read:get(url .. mark .. "seekOperation=Next", center.options(what .. " " .. number, more))
    end
    error("there are more than " .. max_pages .. " pages of " .. what)
end

--- center.pages(read, url, what) → every item of a collection
function center.pages(read, url, what)
    center.account()
    return items(read, url, what, read:get(url, center.options(what)))
end

--- center.find(read, customer, subscription) → {plan, plan_name, plan_status, entitlement, name, status}, or nil: the
--- Azure subscription, which is an entitlement of one of the customer's plans
function center.find(read, customer, subscription)
    local plans, requests = center.pages(read, center.subscriptions_url(customer), "subscriptions"), {}
    for index, plan in ipairs(plans) do
        requests[index] = {"get", center.entitlements_url(customer, plan.id), center.options("entitlements " .. plan.id)}
    end
    local answers = #requests > 0 and read:all(requests) or {}
    for index, plan in ipairs(plans) do
        for _, it in ipairs(items(read, requests[index][2], "entitlements " .. plan.id, answers[index])) do
            if text.same(it.id, subscription) then
                return {plan = plan.id, plan_name = plan.friendlyName or plan.offerName, plan_status = plan.status,
                    entitlement = it.id, name = it.friendlyName, status = it.status}
            end
        end
    end
    return nil
end

return center
