-- The activity log of Partner Center held against the fraud events: each event that was sent is to be found in both. What
-- stands in one and not in the other is for a person to explain.
return {
    playbook = "csp-activity-log",
    version = "1.0.0",
    title = "Hold the activity log against the fraud events",
    procedure = "csp-fraud",
    params = {
        start = {type = "time", optional = true, help = "begin of the period; without it 30 days ago, 90 at most"},
        finish = {type = "time", optional = true, help = "its end; without it now"},
        customer = {type = "guid", optional = true, help = "one customer"},
    },
    steps = {
        {
            id = "log",
            ["do"] = "partner.list_audit_records",
            with = {
                start = function(s) return s.params.start or time.add(s.run.now, "-30d") end,
                finish = function(s) return s.params.finish end,
                customer = function(s) return s.params.customer end,
                operation = "azure_fraud_event_detected",
            },
            clause = {"CSP-LOG-1", "CSP-LOG-2", "CSP-LOG-3", "CSP-LOG-4", "CSP-COMP-CLEAN-3"},
        },
        {
            id = "events",
            ["do"] = "partner.list_fraud_events",
            clause = {"CSP-LOG-4", "CSP-API-1"},
        },
        {
            id = "both",
            let = {
                -- Only what was detected in the period can be in the log; older events are gone from it.
                expected = function(s)
                    local ids = {}
                    for _, event in ipairs(s.events.events) do
                        local fits = not s.params.customer or text.same(event.customer or "", s.params.customer)
                        if fits and not event.test and event.detected and not time.before(event.detected, s.log.from) then
                            table.insert(ids, event.id)
                        end
                    end
                    return ids
                end,
                known = function(s) return list.pluck(s.events.events, "id") end,
            },
        },
        {
            id = "found",
            let = {
                unsent = function(s) return list.without(s.both.expected, s.log.events) end,
                lost = function(s) return list.without(s.log.events, s.both.known) end,
            },
        },
        {
            id = "explain_unsent",
            when = function(s) return #s.found.unsent > 0 end,
            task = function(s)
                return "The activity log does not say that these events were sent: " .. text.join(s.found.unsent, ", ")
                    .. ". Find out why."
            end,
            within = "2d",
            clause = "CSP-LOG-4",
        },
        {
            id = "explain_lost",
            when = function(s) return #s.found.lost > 0 end,
            task = function(s)
                return "The activity log tells of events that Partner Center no longer shows: "
                    .. text.join(s.found.lost, ", ") .. ". Find out what became of them."
            end,
            within = "2d",
            clause = "CSP-LOG-4",
        },
        {
            id = "summary",
            ["end"] = function(s)
                return #s.log.records .. " fraud events in the log, " .. #s.found.unsent .. " not in it, "
                    .. #s.found.lost .. " only there; since " .. s.log.from
            end,
        },
    },
}
