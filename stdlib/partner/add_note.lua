-- Adds a note to a service request at Partner Center that is open. A note that says the same is there only once.
local center = use "partnercenter"

return primitive {
    name = "partner.add_note",
    summary = "Adds a note to a service request",
    since = "0.1.0",
    params = {
        request = {type = "string", help = "number of the service request"},
        text = {type = "string", help = "the note"},
    },
    risk = "contain",
    permissions = {"Partner Center: Admin agent, signed in as a person (App+User)"},
    repeatable = false,
    example = {request = "615102093024569", text = "Those of Fourth Coffee."},

    target = function(p) return center.request_url(p.request) end,
    state = {noted = "bool"},
    observe = function(p, read)
        center.account()
        local raw = read:get(center.request_url(p.request), center.options("service request " .. p.request))
        if not raw then return nil end
        local noted = false
        for _, it in ipairs(raw.notes or {}) do noted = noted or text.trim(it.text or "") == text.trim(p.text) end
        return {noted = noted, closed = text.same(raw.status, "closed"), notes = raw.notes or list {}}
    end,
    plan = function(p, before)
        if not before then error("Partner Center has no service request " .. p.request) end
        if not before.noted and before.closed then refuse("the service request is closed") end
        return {noted = true}
    end,
    apply = function(p, before, _, write)
        write:patch(center.request_url(p.request), {NewNote = {Text = p.text}}, {
            headers = center.headers("note " .. p.request .. " " .. digest(p.text)),
            becomes = {notes = list.concat(before.notes, {{text = p.text}})},
        })
    end,
    undo = irreversible "a note cannot be taken back",
}
