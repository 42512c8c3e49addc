-- How much a subscription may use in a region and how much it does. What is allowed and not used is what an intruder can
-- have: those are the ones to have lowered.
local quota = use "quota"

return primitive {
    name = "quota.get",
    summary = "Lists quotas of a region and what is used of them",
    since = "0.1.0",
    params = quota.params,
    returns = {
        quotas = {type = "list", of = {type = "record", fields = {
            name = "string", title = "string?", limit = "int", used = "int"}}},
        unused = {type = "list", of = {type = "record", fields = {
            name = "string", title = "string?", limit = "int", used = "int", wanted = "int"}},
            help = "those of which less than half is used, with the limit that would do"},
    },
    risk = "read",
    permissions = {"Microsoft.Resources/subscriptions/providers/read", "Microsoft.Quota/quotas/read",
        "Microsoft.Quota/usages/read", "Microsoft.Capacity/resourceProviders/locations/serviceLimits/read"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", region = "westeurope"},

    observe = function(p, read)
        local result = {quotas = quota.all(p, read), unused = list {}}
        for _, row in ipairs(result.quotas) do
            if row.limit > 0 and row.used * 2 < row.limit then
                table.insert(result.unused, {name = row.name, title = row.title, limit = row.limit, used = row.used,
                    wanted = row.used})
            end
        end
        return result
    end,
}
