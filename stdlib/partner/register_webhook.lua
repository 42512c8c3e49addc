-- Has Partner Center tell of fraud events by a webhook. There is one registration for the partner and the application:
-- one that is there is changed, keeps the events that it has, and is put back when this is undone. Whoever receives the
-- requests verifies each one (`playbook webhook verify`) before reading it.
local center = use "partnercenter"

local place = "partner:/webhooks/v1/registration"

local function send(write, method, body)
    write[method](write, place, body, center.options("registration " .. method .. " " .. text.join(body.WebhookEvents, " ")))
end

local function body_of(state)
    return {WebhookUrl = state.WebhookUrl, WebhookEvents = state.WebhookEvents,
        SignatureTokenToMsSignatureHeader = state.SignatureTokenToMsSignatureHeader}
end

return primitive {
    name = "partner.register_webhook",
    summary = "Registers a webhook for fraud events",
    since = "0.1.0",
    params = {
        url = {type = "url", help = "where the requests go: https, and able to answer from outside"},
        events = {type = "list", of = "string", default = {"azure-fraud-event-detected", "test-created"},
            help = "what shall be sent, besides what is sent already"},
        ms_signature = {type = "bool", default = false, help = "sign in the header x-ms-signature, not Authorization"},
    },
    risk = "contain",
    permissions = {"Partner Center: Admin agent"},
    repeatable = true,
    example = {url = "https://hooks.contoso.com/webhooks/callback"},

    target = function() return place end,
    state = {
        WebhookUrl = "string", SignatureTokenToMsSignatureHeader = "bool?",
        WebhookEvents = {type = "set", of = {type = "string", nocase = true}},
    },
    observe = function(_, read)
        center.account()
        local raw = read:get(place, center.options("registration"))
        if not raw then return nil end
        return {WebhookUrl = raw.WebhookUrl, WebhookEvents = list(raw.WebhookEvents or {}),
            SignatureTokenToMsSignatureHeader = raw.SignatureTokenToMsSignatureHeader == true}
    end,
    plan = function(p, before)
        return {WebhookUrl = p.url, SignatureTokenToMsSignatureHeader = p.ms_signature,
            WebhookEvents = list.union(before and before.WebhookEvents or {}, p.events)}
    end,
    apply = function(_, before, desired, write) send(write, before and "put" or "post", body_of(desired)) end,
    undo = function(_, before, _, write)
        if not before then refuse("Partner Center documents no way to end a registration: end it in the portal") end
        send(write, "put", body_of(before))
    end,
}
