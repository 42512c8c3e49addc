-- Cost Management: what a subscription costs.
local cost = {}

local most_pages = 100

cost.query_version = "2023-11-01"

local function column(columns, name)
    for index, it in ipairs(columns or {}) do
        if text.same(it.name, name) then return index end
    end
end

-- 20240901 → "2024-09-01"
local function day(number)
    local digits = tostring(math.tointeger(number) or number)
    return digits:sub(1, 4) .. "-" .. digits:sub(5, 6) .. "-" .. digits:sub(7, 8)
end

local function add_rows(found, page)
    local money, date = column(page.columns, "Cost"), column(page.columns, "UsageDate")
    local resource, currency = column(page.columns, "ResourceId"), column(page.columns, "Currency")
    for _, row in ipairs(page.rows or {}) do
        table.insert(found, {cost = row[money], day = date and day(row[date]) or nil,
            resource = resource and row[resource] or nil, currency = currency and row[currency] or nil})
    end
end

--- cost.rows(read, subscription, from, to, by_resource) → list of {cost, day or resource, currency}
function cost.rows(read, subscription, from, to, by_resource)
    local url = uri("arm:/subscriptions/{s}/providers/Microsoft.CostManagement/query?api-version=2023-11-01",
        {s = subscription})
    local body = {
        type = "ActualCost", timeframe = "Custom", timePeriod = {from = from, to = to},
        dataset = {granularity = by_resource and "None" or "Daily",
            aggregation = {totalCost = {name = "Cost", ["function"] = "Sum"}},
            grouping = by_resource and list {{type = "Dimension", name = "ResourceId"}} or nil},
    }
    local found = list {}
    for _ = 1, most_pages do
        local answer = read:query(url, body)
        local page = answer and answer.properties or {}
        add_rows(found, page)
        -- The next page is asked for by the same body.
        url = page.nextLink
        if url == nil or url == null or url == "" then return found end
    end
    error("the costs have more than " .. most_pages .. " pages", 0)
end

function cost.sum(rows)
    local total = 0
    for _, row in ipairs(rows) do total = total + row.cost end
    return total
end

-- Two places, as people write money.
function cost.round(amount)
    return math.floor(amount * 100 + 0.5) / 100
end

return cost
