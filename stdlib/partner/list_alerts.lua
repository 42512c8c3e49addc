-- The partner's security alerts in Microsoft Graph (beta), which follow the fraud events of Partner Center and are about
-- the same. With `id` or with an event's type and moment the alert in hand is found among them.
local alerts = use "partneralerts"

local function meets(p, it)
    if p.id then return text.same(it.id, p.id) end
    return p.type and p.first and it.first and text.same(it.type, p.type)
        and not time.before(it.first, time.add(p.first, "-1s")) and not time.after(it.first, time.add(p.first, "1s"))
end

return primitive {
    name = "partner.list_alerts",
    summary = "Lists the partner's security alerts of Graph",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", optional = true, help = "one subscription; default: all"},
        id = {type = "string", optional = true, help = "Graph's id of the alert in hand"},
        type = {type = "string", optional = true, help = "or the type of the event in hand"},
        first = {type = "time", optional = true, help = "and when it was first observed"},
    },
    returns = {
        alerts = {type = "list", of = {type = "record", fields = alerts.fields}},
        alert = {type = "string", optional = true, help = "id of the alert in hand"},
    },
    risk = "read",
    permissions = {"PartnerSecurity.Read.All"},
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p, read)
        local result = {alerts = list {}}
        for _, raw in ipairs(alerts.all(read)) do
            local it = alerts.alert(raw)
            if not p.subscription or text.same(it.subscription or "", p.subscription) then
                table.insert(result.alerts, it)
                if meets(p, it) then result.alert = it.id end
            end
        end
        return result
    end,
}
