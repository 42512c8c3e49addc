-- Whether a notification mail is genuine, by its sender and by what one's own mail server says of it. It decides nothing:
-- a person does, and the same alert in the dashboard or the API is the better proof.
local mail = use "mail"

return primitive {
    name = "notify.check_mail",
    summary = "Judges whether a notification mail is genuine",
    since = "0.1.0",
    params = {
        mail = {type = "any", help = "the mail: the entity of an alert that was read from one"},
        senders = {type = "list", of = "email", default = {"no-reply@microsoft.com", "azure-noreply@microsoft.com"},
            help = "addresses that Microsoft sends from"},
    },
    returns = {
        sender = "string?", subject = "string?", genuine = {type = "bool", help = "nothing speaks against it"},
        reasons = {type = "list", of = "string", help = "what speaks against it"},
        kind = {type = "string", help = "summary, alert, advisory or other"},
    },
    risk = "read",
    permissions = {},
    example = {mail = {
        from = {"Microsoft Azure <no-reply@microsoft.com>"}, subject = "Security alert: unusual activity",
        authentication = "mx.contoso.com; dmarc=pass header.from=microsoft.com", mail_kind = "alert",
    }},

    observe = function(p)
        local it = p.mail
        if type(it) ~= "table" or type(it.from) ~= "table" then error("it is no mail") end
        local found = mail.judge(it, p.senders)
        return {sender = found.sender, subject = it.subject, genuine = found.genuine, reasons = found.reasons,
            kind = it.mail_kind or "other"}
    end,
}
