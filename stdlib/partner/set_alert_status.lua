-- Tells Microsoft by Graph (beta) what became of a security alert. Here, and not in the API of fraud events, there is the
-- finding "legitimate": the activity was expected, or nothing was found.
local alerts = use "partneralerts"

return primitive {
    name = "partner.set_alert_status",
    summary = "Reports to Microsoft what a security alert was",
    since = "0.1.0",
    params = {
        alert = {type = "string", help = "Graph's id of the alert"},
        reason = {type = "enum", values = {"legitimate", "ignore", "fraud"}, help = "the finding"},
    },
    returns = {state = "string?", finding = "string?"},
    risk = "destroy",
    permissions = {"PartnerSecurity.ReadWrite.All"},
    repeatable = true,
    example = {alert = "62a04f21-8a9a-42a2-9f60-f87cf0dcfd33", reason = "legitimate"},

    target = function(p) return alerts.url(p.alert) end,
    state = {status = {type = "string", nocase = true}, resolvedReason = {type = "string", nocase = true, optional = true}},
    plan = function(p, before)
        if not before then error("Graph has no such alert") end
        if text.same(before.status, "resolved") then return before end
        return {status = "resolved", resolvedReason = p.reason}
    end,
    apply = function(p, _, desired, write)
        write:patch(alerts.url(p.alert), {status = desired.status, resolvedReason = desired.resolvedReason})
    end,
    undo = irreversible "what Microsoft was told cannot be taken back, only followed by another statement",
    result = function(_, _, after) return {state = after.status, finding = after.resolvedReason} end,
}
