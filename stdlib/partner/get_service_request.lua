-- A service request that the partner has made at Partner Center, and what was said in it. One is made in the portal.
local center = use "partnercenter"

return primitive {
    name = "partner.get_service_request",
    summary = "Reads a service request at Partner Center",
    since = "0.1.0",
    params = {request = {type = "string", help = "its number"}},
    returns = {
        found = "bool", title = "string?", state = "string?", severity = "string?",
        open = {type = "bool", help = "is it not closed?"},
        waiting = {type = "bool", help = "does support wait for an answer?"},
        changed = "time?",
        notes = {type = "list", of = {type = "record", fields = {time = "time?", by = "string?", text = "string"}}},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent, signed in as a person (App+User)"},
    example = {request = "615102093024569"},

    observe = function(p, read)
        center.account()
        local raw = read:get(center.request_url(p.request), center.options("service request " .. p.request))
        local notes = list {}
        if not raw then return {found = false, open = false, waiting = false, notes = notes} end
        for _, it in ipairs(raw.notes or {}) do
            table.insert(notes, {time = center.moment(it.createdDate), by = it.createdByName, text = it.text or ""})
        end
        return {found = true, title = raw.title, state = raw.status, severity = raw.severity,
            open = not text.same(raw.status, "closed"), waiting = text.same(raw.status, "attention_needed"),
            changed = center.moment(raw.lastModifiedDate), notes = notes}
    end,
}
