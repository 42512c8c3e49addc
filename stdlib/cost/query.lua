-- What a subscription cost around the time of an alert, against the days before it, and what cost most: abuse shows here
-- when the alert names no resource. The figures lag behind by up to a day.
local cost = use "cost"

local function by_cost(a, b) return a.cost > b.cost end

-- Days from the first to before the last. One on which nothing was used has no row, and has cost nothing.
local function days_between(first, last)
    local count = 0
    while first < last do
        first, count = time.add(first .. "T00:00:00Z", "1d"):sub(1, 10), count + 1
    end
    return count
end

return primitive {
    name = "cost.query",
    summary = "Reads what a subscription cost, and what for",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        start = {type = "time", optional = true, help = "begin of the suspicious period; default: two days ago"},
        back = {type = "duration", default = "14d", help = "how long before it is usual"},
    },
    returns = {
        daily = {type = "number", help = "cost of a day in the period, at most"},
        usual = {type = "number", help = "cost of a day before it, on average of all days, also those without any cost"},
        total = {type = "number", help = "cost since the period began"},
        times = {type = "number", optional = true, help = "how many times the usual; absent when nothing was usual"},
        currency = "string?",
        unusual = {type = "bool", help = "more than double the usual, or out of nothing"},
        top = {type = "list", of = {type = "record", fields = {resource = "string", cost = "number"}},
            help = "what cost most since the period began"},
    },
    risk = "read",
    permissions = {"Microsoft.CostManagement/query/read"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p, read)
        local start = p.start and time.max(p.start, time.add(now(), "-300d")) or time.add(now(), "-2d")
        local first = start:sub(1, 10)
        local from = time.add(start, "-" .. p.back)
        local days = cost.rows(read, p.subscription, from, now(), false)
        local of_day, before, count = {}, 0, days_between(from:sub(1, 10), first)
        local result = {daily = 0, usual = 0, total = 0, top = list {}}
        for _, row in ipairs(days) do
            result.currency = result.currency or row.currency
            if row.day < first then
                before = before + row.cost
            else
                of_day[row.day] = (of_day[row.day] or 0) + row.cost
                result.total = result.total + row.cost
            end
        end
        for _, amount in pairs(of_day) do result.daily = math.max(result.daily, amount) end
        result.usual = cost.round(count > 0 and before / count or 0)
        result.daily, result.total = cost.round(result.daily), cost.round(result.total)
        if result.usual > 0 then result.times = cost.round(result.daily / result.usual) end
        result.unusual = result.daily > 2 * result.usual
        local rows = cost.rows(read, p.subscription, start, now(), true)
        table.sort(rows, by_cost)
        for index = 1, math.min(5, #rows) do
            table.insert(result.top, {resource = rows[index].resource, cost = cost.round(rows[index].cost)})
        end
        return result
    end,
}
