-- Opens a ticket with Azure support in a subscription, under a name that its subject gives, so that one that was sent
-- twice is one. The API is for paid support plans; without one a person sends the draft. Nobody can delete a ticket.
local operation = use "arm_operation"
local plain = use "plain"

local function url(p)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Support/supportTickets/{t}?api-version=2024-04-01",
        {s = p.subscription, t = p.name})
end

-- Ids of services and their classes of problems are looked up: they are Azure's to change.
local function find(items, words)
    for _, it in ipairs(items or {}) do
        if text.contains(text.lower(it.properties.displayName), words) then return it end
    end
    return items and items[1]
end

return primitive {
    name = "support.open_ticket",
    summary = "Opens a ticket with Azure support",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription that it is about"},
        name = {type = "string", help = "name of the ticket: letters, digits and -, one for one matter"},
        title = {type = "string", help = "one line"},
        text = {type = "string", help = "the request"},
        service = {type = "string", default = "subscription management", help = "words of the service's name"},
        problem = {type = "string", default = "suspicious", help = "words of the class of problem"},
        severity = {type = "enum", values = {"minimal", "moderate", "critical"}, default = "critical", help = "how urgent"},
        first_name = {type = "string", help = "who is to be answered"}, last_name = {type = "string", help = "their name"},
        email = {type = "email", help = "their address"},
        country = {type = "string", default = "NLD", help = "three letters, ISO 3166"},
        time_zone = {type = "string", default = "W. Europe Standard Time", help = "as Windows names it"},
        language = {type = "string", default = "en-us", help = "in which support shall answer"},
    },
    returns = {ticket = {type = "string", optional = true, help = "support's number"}, state = "string?",
        told = {type = "bool", optional = true, help = "one that is there: does it say this text?"}},
    risk = "contain",
    permissions = {"Microsoft.Support/*/read", "Microsoft.Support/supportTickets/write"},
    repeatable = true,
    example = {
        subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", name = "playbook-example", title = "Suspected abuse",
        text = "Please look at this subscription.", first_name = "Omar", last_name = "Haddad",
        email = "omar.haddad@contoso.com",
    },

    target = url,
    state = {open = "bool", ticket = "string?", status = "string?"},
    observe = function(p, read)
        local raw = read:get(url(p))
        if not raw then return nil end
        return {open = true, ticket = raw.properties.supportTicketId, status = raw.properties.status,
            text = raw.properties.description}
    end,
    plan = function(_, before) return before or {open = true} end,
    apply = function(p, _, _, write)
        local service = find(write:list "arm:/providers/Microsoft.Support/services?api-version=2024-04-01",
            text.lower(p.service))
        if not service then error("Azure support names no services") end
        local problem = find(write:list(uri("arm:/providers/Microsoft.Support/services/{s}/problemClassifications"
            .. "?api-version=2024-04-01", {s = service.name})), text.lower(p.problem))
        if not problem then error("Azure support names no problems for " .. service.properties.displayName) end
        operation.put(write, url(p), {properties = {
            serviceId = service.id, problemClassificationId = problem.id, title = plain.line(p.title, 250),
            description = plain.cut(p.text, 10000), severity = p.severity, advancedDiagnosticConsent = "No",
            contactDetails = {firstName = p.first_name, lastName = p.last_name, preferredContactMethod = "email",
                primaryEmailAddress = p.email, preferredTimeZone = p.time_zone, country = p.country,
                preferredSupportLanguage = p.language},
        }})
    end,
    undo = irreversible "a ticket cannot be deleted: it can only be closed",
    result = function(p, _, after)
        return {ticket = after and after.ticket, state = after and after.status,
            told = after and after.text and after.text == plain.cut(p.text, 10000)}
    end,
}
