-- Asks Azure for another limit of a quota. Raising is what the service is made for; lowering is not documented as such,
-- and a limit below what is used is refused: where it is, a support request is the way. Each sending makes a request.
local quota = use "quota"
local operation = use "arm_operation"

local function send(p, limit, write)
    operation.patch(write, quota.one(p), {properties = {
        limit = {limitObjectType = "LimitValue", value = limit}, name = {value = p.name}}},
        {becomes = {properties = {limit = {value = limit}}}})
end

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
    permissions = {"Microsoft.Quota/quotas/read", "Microsoft.Quota/quotas/write"},
    repeatable = false,
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", region = "westeurope", name = "standardHBSFamily",
        limit = 0},

    target = quota.one,
    state = {limit = "int"},
    observe = function(p, read)
        local raw = read:get(quota.one(p))
        if not raw then return nil end
        return {limit = raw.properties.limit.value}
    end,
    plan = function(p, before)
        if not before then error("there is no quota '" .. p.name .. "' in " .. p.region) end
        return {limit = p.limit}
    end,
    apply = function(p, _, desired, write) send(p, desired.limit, write) end,
    undo = function(p, before, _, write) send(p, before.limit, write) end,
    result = function(_, _, after) return {limit = after.limit} end,
}
