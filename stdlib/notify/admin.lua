-- Writes to the administrator whom the register names: of identities, or of security. As with notify.owner the trail
-- says whether it went out, and the profile's `notify` whether it is a mail or a message in a chat.
local notify = use "notify"
local register_book = use "register"

return primitive {
    name = "notify.admin",
    summary = "Writes to the administrator of the register",
    since = "0.1.0",
    params = {
        role = {type = "enum", values = {"admin", "security"}, default = "admin", help = "contact of the register"},
        subject = {type = "string", help = "one line"},
        text = {type = "string", help = "plain text"},
        about = {type = "string", help = "what it is about; for one alert the same is told once"},
    },
    risk = "contain",
    permissions = {"Mail.Send"},
    repeatable = false,
    example = {subject = "Key Vault alert", text = "Please look at the alert.", about = "example"},

    target = function(p) return notify.target(register_book.contact(p.role) or p.role) end,
    once = function(p) return "notify.admin " .. p.about end,
    apply = function(p, _, _, write)
        local address = register_book.contact(p.role)
        if not address then error("the register names no contact '" .. p.role .. "'") end
        notify.send(write, {to = {address}, subject = p.subject, text = p.text, about = p.about})
    end,
    undo = irreversible "what was written cannot be called back",
}
