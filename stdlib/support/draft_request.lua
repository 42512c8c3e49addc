-- Fills a support request with what support asks for, and says what is missing; a person sends it, or support.open_ticket.
-- A fact that nobody knows has to be said by a person to be unknown: it is never guessed.
local plain = use "plain"

local fields = {
    {"partner", "Partner tenant id"}, {"customer", "Customer tenant id"}, {"subscription", "Subscription id"},
    {"resource", "Resource id"}, {"start", "Impact from"}, {"finish", "Impact until"},
}

local reasons = {
    abuse = "Suspected abuse of a subscription", ["false-positive"] = "A fraud alert that was wrong",
    ["false-negative"] = "Significant abuse that was not alerted", ["partner-center"] = "A question about Partner Center",
}

return primitive {
    name = "support.draft_request",
    summary = "Writes a support request from what is known",
    since = "0.1.0",
    params = {
        about = {type = "enum", values = {"abuse", "false-positive", "false-negative", "partner-center"}, default = "abuse",
            help = "what it is about"},
        partner = {type = "guid", optional = true, help = "partner tenant id; default: the profile's"},
        customer = {type = "guid", optional = true, help = "customer tenant id"},
        subscription = {type = "guid", optional = true, help = "subscription id"},
        resource = {type = "string", optional = true, help = "resource id"},
        start = {type = "time", optional = true, help = "when the impact began"},
        finish = {type = "time", optional = true, help = "when it ended"},
        unknown = {type = "list", of = "string", default = {}, help = "fields of which a person says that nobody knows"},
        words = {type = "string", optional = true, help = "what happened"},
    },
    returns = {
        title = "string", text = {type = "string", help = "the request, to be sent as it is"},
        missing = {type = "list", of = "string", help = "fields that are neither filled nor said to be unknown"},
        complete = {type = "bool", help = "whether it can be sent"},
    },
    risk = "read",
    permissions = {},
    example = {customer = "53930895-ff43-4808-a11e-99816b51822a", subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},

    observe = function(p)
        local partner = profile "partner"
        local values = {partner = p.partner or partner and partner.tenant, customer = p.customer,
            subscription = p.subscription, resource = p.resource, start = p.start, finish = p.finish}
        local given, missing, lines = {}, list {}, {reasons[p.about] .. ".", ""}
        for _, name in ipairs(p.unknown) do given[name] = true end
        for _, field in ipairs(fields) do
            local value = values[field[1]]
            if not value and not given[field[1]] then table.insert(missing, field[1]) end
            table.insert(lines, field[2] .. ": " .. (value or given[field[1]] and "unknown" or "(not filled)"))
        end
        if p.words then
            table.insert(lines, "")
            table.insert(lines, plain.cut(p.words, 4000))
        end
        return {title = reasons[p.about], text = table.concat(lines, "\n"), missing = missing, complete = #missing == 0}
    end,
}
