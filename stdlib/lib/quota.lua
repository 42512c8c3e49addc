-- Quotas of a provider in a region: what may be used at most, and what is.
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

function quota.one(p) return url(p, "quotas/{n}") end
function quota.all(p) return url(p, "quotas") end
function quota.usages(p) return url(p, "usages") end

return quota
