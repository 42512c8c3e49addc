-- Writes to the people who answer for a resource, application or account: a mail, or a message in the chat that the
-- profile's `notify` names. It leaves no state in Azure: the trail says whether it went out, and the same for the same
-- alert is not sent twice. Mail goes only to addresses that the register or the directory gave.
local notify = use "notify"

return primitive {
    name = "notify.owner",
    summary = "Writes to an owner",
    since = "0.1.0",
    params = {
        to = {type = "list", of = "email", help = "addresses from the register or the directory"},
        subject = {type = "string", help = "one line"},
        text = {type = "string", help = "plain text"},
        about = {type = "string", help = "what it is about; for one alert the same is told once"},
    },
    risk = "contain",
    permissions = {"Mail.Send"},
    repeatable = false,
    example = {
        to = {"dana.levy@contoso.com"}, subject = "Key Vault alert", text = "Please look at the alert.",
        about = "example",
    },

    target = function(p) return notify.target(text.join(p.to, ",")) end,
    once = function(p) return "notify.owner " .. p.about end,
    apply = function(p, _, _, write)
        notify.send(write, {to = p.to, subject = p.subject, text = p.text, about = p.about})
    end,
    undo = irreversible "what was written cannot be called back",
}
