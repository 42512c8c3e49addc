-- Quotas of a provider in a region: what may be used at most, and what is. Microsoft.Quota tells and changes them where it
-- is registered in the subscription; where it is not, the interface before it does (Microsoft.Capacity), for compute and
-- machine learning. Nothing is registered from here.
local operation = use "arm_operation"
local quota = {}

quota.providers = {"Microsoft.Compute", "Microsoft.Network", "Microsoft.MachineLearningServices"}

quota.params = {
    subscription = {type = "guid", help = "the subscription"},
    region = {type = "name", help = "name of the region, such as westeurope"},
    provider = {type = "enum", values = quota.providers, default = "Microsoft.Compute", help = "whose quotas"},
}

local function url(p, rest)
    return uri("arm:/subscriptions/{s}/providers/{p}/locations/{r}/providers/Microsoft.Quota/" .. rest
        .. "?api-version=2023-02-01", {s = p.subscription, p = p.provider, r = p.region, n = p.name})
end

local function older_url(p, rest)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Capacity/resourceProviders/{p}/locations/{r}/" .. rest
        .. "?api-version=2020-10-25", {s = p.subscription, p = p.provider, r = p.region, n = p.name})
end

function quota.one(p) return url(p, "quotas/{n}") end

local function is_older(p, read)
    local provider = read:get(uri("arm:/subscriptions/{s}/providers/Microsoft.Quota?api-version=2022-09-01",
        {s = p.subscription}))
    if provider and text.same(provider.registrationState, "Registered") then return false end
    if p.provider == "Microsoft.Network" then
        error("Microsoft.Quota is not registered in " .. p.subscription .. ": quotas of the network are told by nobody else", 0)
    end
    return true
end

--- quota.all(p, read) → list of {name, title, limit, used}
function quota.all(p, read)
    local found, used = list {}, {}
    if is_older(p, read) then
        for _, it in ipairs(read:list(older_url(p, "serviceLimits")) or {}) do
            local of = it.properties
            table.insert(found, {name = of.name and of.name.value or it.name, title = of.name and of.name.localizedValue,
                limit = of.limit, used = of.currentValue or 0})
        end
        return found
    end
    local answers = read:all {{"list", url(p, "quotas")}, {"list", url(p, "usages")}}
    for _, it in ipairs(answers[2] or {}) do used[it.name] = it.properties.usages.value end
    for _, it in ipairs(answers[1] or {}) do
        table.insert(found, {name = it.name, title = it.properties.name and it.properties.name.localizedValue,
            limit = it.properties.limit.value, used = used[it.name] or 0})
    end
    return found
end

--- quota.limit(p, read) → the limit of one; nil where there is no such quota
function quota.limit(p, read)
    local older = is_older(p, read)
    local raw = read:get(older and older_url(p, "serviceLimits/{n}") or quota.one(p))
    if not raw then return nil end
    return older and raw.properties.limit or raw.properties.limit.value
end

--- quota.set(p, limit, write) asks for another one
function quota.set(p, limit, write)
    if is_older(p, write) then
        operation.patch(write, older_url(p, "serviceLimits/{n}"),
            {properties = {limit = limit, unit = "Count", name = {value = p.name}}})
    else
        operation.patch(write, quota.one(p), {properties = {
            limit = {limitObjectType = "LimitValue", value = limit}, name = {value = p.name}}},
            {becomes = {properties = {limit = {value = limit}}}})
    end
end

return quota
