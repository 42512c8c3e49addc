-- Asks Azure for another limit of a quota. Raising is what the service is made for; lowering is not documented as such,
-- and a limit below what is used is refused: where it is, a support request is the way. Each sending makes a request.
local quota = use "quota"

return primitive {
    name = "quota.request",
    summary = "Asks for another limit of a quota",
    since = "0.1.0",
    params = {
        subscription = quota.params.subscription, region = quota.params.region, provider = quota.params.provider,
        name = {type = "string", help = "name of the quota, such as standardNCSv3Family"},
        limit = {type = "int", help = "the limit wanted"},
    },
    returns = {limit = {type = "int", help = "the limit as it is then"}},
    risk = "contain",
    permissions = {"Microsoft.Resources/subscriptions/providers/read", "Microsoft.Quota/quotas/read",
        "Microsoft.Quota/quotas/write", "Microsoft.Capacity/resourceProviders/locations/serviceLimits/read",
        "Microsoft.Capacity/resourceProviders/locations/serviceLimits/write"},
    repeatable = false,
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", region = "westeurope", name = "standardHBSFamily",
        limit = 0},

    target = quota.one,
    state = {limit = "int"},
    observe = function(p, read)
        local limit = quota.limit(p, read)
        return limit and {limit = limit}
    end,
    plan = function(p, before)
        if not before then error("there is no quota '" .. p.name .. "' in " .. p.region) end
        return {limit = p.limit}
    end,
    apply = function(p, _, desired, write) quota.set(p, desired.limit, write) end,
    undo = function(p, before, _, write) quota.set(p, before.limit, write) end,
    result = function(_, _, after) return {limit = after.limit} end,
}
