-- A notification mail of Partner Center (.eml): it tells that there are fraud alerts, and proves nothing. The record's one
-- entity says who sent it, whether it looks genuine and of which kind it is; the response fetches the events.
local mail = use "mail"

-- Who sent it and whether it looks genuine is not a matter of where things stand.
local function prepare(item)
    if type(item.mail) ~= "table" or not item.mail.headers then return map {} end
    local it = mail.facts(item.mail)
    local found = mail.judge(it, mail.senders)
    return map {
        id = it.id, title = it.subject, date = it.date, subscriptions = it.subscriptions,
        found = list {map {kind = "mail", genuine = found.genuine, reasons = found.reasons, sender = found.sender,
            subject = it.subject, mail_kind = it.kind, from = it.from, authentication = it.authentication,
            reply_to = it.reply_to}},
    }
end

local months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

-- A time in UTC as mails write it; the day of the week may be left out.
local function written(time)
    return time:sub(9, 10) .. " " .. months[tonumber(time:sub(6, 7))] .. " " .. time:sub(1, 4) .. " " .. time:sub(12, 19)
        .. " +0000"
end

return intake {
    name = "mail", order = 48,
    thin = true, is = {{has = "mail/headers", a = "list"}}, alerts = {{has = "found"}}, prepare = prepare,
    reads = {
        {kind = true, value = "csp-fraud"}, {event = true, value = "mail"}, {id = "id"}, {title = "title"}, {["end"] = "date"},
        {subscription = "subscriptions", linked = true}, {entities = "found", by = "kind", kinds = {}},
    },
    sample = function(alert)
        return map {mail = map {
            headers = list {
                map {name = "Authentication-Results", value = "mx.contoso.com; dmarc=pass header.from=microsoft.com"},
                map {name = "From", value = "Microsoft Azure <no-reply@microsoft.com>"},
                map {name = "Subject", value = "Security alert: " .. (alert.title or "unusual activity")},
                map {name = "Message-ID", value = "<" .. (alert.id or "sample") .. "@microsoft.com>"},
                alert["end"] and map {name = "Date", value = written(alert["end"])},
            },
            text = "Unusual activity in the subscription " .. (alert.subscription or ""),
        }}
    end,
}
