-- Says something more to Azure support, in a ticket that is open. The words name it, so that what was sent twice is there
-- once. Nobody can take it back.
local operation = use "arm_operation"
local plain = use "plain"

local function url(p)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Support/supportTickets/{t}/communications/{c}"
        .. "?api-version=2024-04-01",
        {s = p.subscription, t = p.ticket, c = "playbook-" .. string.sub(text.split(digest(p.text), ":")[2], 1, 16)})
end

return primitive {
    name = "support.add_communication",
    summary = "Adds a message to a ticket with Azure support",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription that the ticket is about"},
        ticket = {type = "string", help = "its name"},
        subject = {type = "string", help = "one line"},
        text = {type = "string", help = "the message"},
        sender = {type = "email", optional = true, help = "whom support shall answer"},
    },
    risk = "contain",
    permissions = {"Microsoft.Support/*/read", "Microsoft.Support/supportTickets/write"},
    repeatable = true,
    example = {
        subscription = "856b9ad0-dd1f-4bf7-aa9e-75e8073c5009", ticket = "csp-abuse-856b9ad0-dd1f-4bf7-aa9e-75e8073c5009",
        subject = "Suspected abuse", text = "It goes on: two more machines today.", sender = "omar.haddad@contoso.com",
    },

    target = url,
    state = {sent = "bool"},
    observe = function(p, read) return read:get(url(p)) and {sent = true} end,
    plan = function() return {sent = true} end,
    apply = function(p, _, _, write)
        operation.put(write, url(p), {properties = {subject = plain.line(p.subject, 250), body = plain.cut(p.text, 10000),
            sender = p.sender}})
    end,
    undo = irreversible "what support was told cannot be taken back",
}
