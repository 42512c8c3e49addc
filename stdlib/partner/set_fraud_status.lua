-- Tells Microsoft what became of fraud events. It changes the record and nothing in Azure: stop what does harm first. An
-- empty list of ids would mean every event of the subscription, so it is refused. The API documents the reasons Fraud and
-- Ignore; what turned out to be legitimate is said by partner.set_alert_status or in the dashboard.
local center = use "partnercenter"

local function has(ids, id)
    for _, wanted in ipairs(ids) do
        if text.same(wanted, id) then return true end
    end
    return false
end

return primitive {
    name = "partner.set_fraud_status",
    summary = "Reports to Microsoft what fraud events were",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription that they are about"},
        events = {type = "list", of = "string", help = "their ids; never none"},
        status = {type = "enum", values = {"Investigating", "Resolved"}, default = "Resolved", help = "the status wanted"},
        reason = {type = "enum", values = {"Fraud", "Ignore"}, help = "why it is resolved; sent with every status"},
    },
    returns = {reported = {type = "int", help = "events that have the status"}},
    risk = "destroy",
    permissions = {"Partner Center: Admin agent, signed in as a person (App+User)"},
    repeatable = true,
    example = {
        subscription = "00d91870-eb2b-49c1-b776-92d6553f94c0",
        events = {"00d91870-eb2b-49c1-b776-92d6553f94c0_fb94f1c1-1125-4957-860b-d78ffb50ed5d"}, reason = "Ignore",
    },

    target = function(p) return center.events_url(p.subscription) end,
    state = {events = {type = "set", key = "id", of = {type = "record", fields = {
        id = "string", status = {type = "string", nocase = true}, reason = {type = "string", nocase = true, optional = true},
    }}}},
    observe = function(p, read)
        local found = list {}
        for _, event in ipairs(center.events(read, p.subscription)) do
            if has(p.events, event.id) then
                table.insert(found, {id = event.id, status = event.status, reason = event.reason})
            end
        end
        return {events = found}
    end,
    -- What is resolved stays as it was resolved.
    plan = function(p, before)
        if #p.events == 0 then refuse("without ids it would update every event of the subscription") end
        if #before.events < #list.unique(p.events) then
            error("Partner Center does not know every one of these events of " .. p.subscription)
        end
        local desired = list {}
        for _, event in ipairs(before.events) do
            if text.same(event.status, "Resolved") or text.same(event.status, p.status) then
                table.insert(desired, event)
            else
                table.insert(desired, {id = event.id, status = p.status,
                    reason = p.status == "Resolved" and p.reason or nil})
            end
        end
        return {events = desired}
    end,
    apply = function(p, before, _, write)
        local ids = list {}
        for _, event in ipairs(before.events) do
            if not text.same(event.status, "Resolved") and not text.same(event.status, p.status) then
                table.insert(ids, event.id)
            end
        end
        if #ids == 0 then refuse("without ids it would update every event of the subscription") end
        write:post(uri("partner:/v1/fraudEvents/subscription/{s}/status", {s = p.subscription}),
            {EventIds = ids, EventStatus = p.status, ResolvedReason = p.reason},
            center.options("fraud status " .. p.status .. " " .. p.reason .. " " .. text.join(ids, " "),
                {["X-NewEventsModel"] = "true"}))
    end,
    undo = irreversible "what Microsoft was told cannot be taken back, only followed by another statement",
    result = function(_, _, after) return {reported = #after.events} end,
}
