-- Whether Partner Center tells of fraud events by a webhook, where to, and what else it could tell of.
local center = use "partnercenter"

return primitive {
    name = "partner.list_webhooks",
    summary = "Reads where Partner Center sends events",
    since = "0.1.0",
    params = {},
    returns = {
        url = {type = "string", optional = true, help = "where events are sent to; absent: nothing is registered"},
        events = {type = "list", of = "string", help = "those that are sent"},
        offered = {type = "list", of = "string", help = "those that could be"},
        fraud = {type = "bool", help = "whether fraud events are among those that are sent"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {},

    observe = function(_, read)
        center.account()
        local answers = read:all {
            {"get", "partner:/webhooks/v1/registration", center.options("registration")},
            {"get", "partner:/webhooks/v1/registration/events", center.options("registration events")},
        }
        local now_there = answers[1] or {}
        local result = {url = now_there.WebhookUrl, events = list(now_there.WebhookEvents or {}),
            offered = list(answers[2] or {}), fraud = false}
        for _, name in ipairs(result.events) do
            if text.same(name, "azure-fraud-event-detected") then result.fraud = true end
        end
        return result
    end,
}
