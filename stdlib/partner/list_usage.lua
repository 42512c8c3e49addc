-- What Partner Center has rated of its customers' Azure usage this month and not billed yet, by subscription: a day since
-- a moment, at most, against the days of the month before it. It shows abuse that nobody alerted, and what a
-- subscription costs that does not show it to the partner. It lags behind by up to a day. Microsoft has announced the
-- end of this interface in favour of one that writes files; where it is gone, the step fails and says so.
local center = use "partnercenter"
local cost = use "cost"

local enough_days = 3

-- Days of the month before that day.
local function days_before(first)
    return tonumber(first:sub(9, 10)) - 1
end

local function row_of(rows, order, it, p)
    local id = text.lower(it.entitlementId or "")
    if not rows[id] then
        rows[id] = {subscription = it.entitlementId, name = it.entitlementDescription, customer = it.customerId,
            customer_name = it.customerName, currency = text.upper(it.billingCurrency or p.currency), before = 0, days = {}}
        table.insert(order, id)
    end
    return rows[id]
end

local function judge(row, first)
    local most, days = 0, days_before(first)
    for _, amount in pairs(row.days) do most = math.max(most, amount) end
    local known = days >= enough_days
    local usual = known and cost.round(row.before / days) or nil
    return {subscription = row.subscription, name = row.name, customer = row.customer, customer_name = row.customer_name,
        currency = row.currency, daily = cost.round(most), usual = usual, unusual = known and most > 2 * usual}
end

return primitive {
    name = "partner.list_usage",
    summary = "Lists customers' Azure usage that is not billed yet",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", optional = true, help = "one Azure subscription; default: all"},
        start = {type = "time", optional = true, help = "begin of the suspicious period; default: two days ago"},
        currency = {type = "string", default = "USD", help = "in which the partner is billed"},
    },
    returns = {
        subscriptions = {type = "list", of = {type = "record", fields = {
            subscription = "guid", name = "string?", customer = "guid?", customer_name = "string?", currency = "string?",
            daily = {type = "number", help = "rated for a day in the period, at most"},
            usual = {type = "number", optional = true,
                help = "for a day of the month before it, on average; absent where those are fewer than three"},
            unusual = {type = "bool", help = "more than double the usual"},
        }}},
        unusual = {type = "list", of = "guid", help = "ids of those that are unusual"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {},

    observe = function(p, read)
        local month = now():sub(1, 8) .. "01T00:00:00Z"
        local start = time.max(p.start or time.add(now(), "-2d"), month)
        local first, rows, order = start:sub(1, 10), {}, {}
        local result = {subscriptions = list {}, unusual = list {}}
        local url = uri("partner:/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems"
            .. "&currencycode={c}&period=current&size=2000", {c = text.lower(p.currency)})
        for _, it in ipairs(center.pages(read, url, "unbilled usage")) do
            if it.entitlementId and (not p.subscription or text.same(it.entitlementId, p.subscription)) then
                local row, day, amount = row_of(rows, order, it, p), it.usageDate:sub(1, 10), it.billingPreTaxTotal or 0
                if day < first then
                    row.before = row.before + amount
                else
                    row.days[day] = (row.days[day] or 0) + amount
                end
            end
        end
        for _, id in ipairs(list.sort(order)) do
            local row = judge(rows[id], first)
            table.insert(result.subscriptions, row)
            if row.unusual then table.insert(result.unusual, row.subscription) end
        end
        return result
    end,
}
