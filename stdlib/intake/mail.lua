-- A notification mail of Partner Center (.eml): it tells that there are fraud alerts, and proves nothing. The record's one
-- entity says who sent it, whether it looks genuine and of which kind it is; the response fetches the events.
local mail = use "mail"
local payload = use "intake"
local facts_of = use "alert_facts"

local function is_mail(item)
    local it = payload.get(item, "mail")
    return type(it) == "table" and payload.get(it, "headers") ~= nil
end

local function read(item, path)
    local facts, it = facts_of.new(), mail.facts(item.mail)
    local found = mail.judge(it, mail.senders)
    for _, id in ipairs(it.subscriptions) do facts_of.subscription(facts, id) end
    return facts_of.record(facts, {
        thin = true, kind = "csp-fraud", event = "mail", id = it.id, title = it.subject, raw = item, path = path,
        entities = {map {kind = "mail", genuine = found.genuine, reasons = found.reasons, sender = found.sender,
            subject = it.subject, mail_kind = it.kind, from = it.from, authentication = it.authentication,
            reply_to = it.reply_to}},
    })
end

return intake {
    name = "mail", order = 48,
    matches = function(raw) return payload.any(raw, is_mail) end,
    alerts = function(raw) return payload.each(raw, is_mail, read) end,
    sample = function(alert)
        return map {mail = map {
            headers = list {
                map {name = "Authentication-Results", value = "mx.contoso.com; dmarc=pass header.from=microsoft.com"},
                map {name = "From", value = "Microsoft Azure <no-reply@microsoft.com>"},
                map {name = "Subject", value = "Security alert: " .. (alert.title or "unusual activity")},
                map {name = "Message-ID", value = "<" .. (alert.id or "sample") .. "@microsoft.com>"},
            },
            text = "Unusual activity in the subscription " .. (alert.subscription or ""),
        }}
    end,
}
