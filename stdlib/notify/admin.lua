-- Writes to the administrator whom the register names: of identities, or of security. As with notify.owner the trail
-- says whether the mail went out.
local graph = use "graph"
local register_book = use "register"

return primitive {
    name = "notify.admin",
    summary = "Writes a mail to the administrator of the register",
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

    target = function(p) return "mailto:" .. (register_book.contact(p.role) or p.role) end,
    once = function(p) return "notify.admin " .. p.about end,
    apply = function(p, _, _, write)
        local address = register_book.contact(p.role)
        if not address then error("the register names no contact '" .. p.role .. "'") end
        graph.send_mail(write, {to = {address}, subject = p.subject, text = p.text})
    end,
    undo = irreversible "a mail cannot be called back",
}
