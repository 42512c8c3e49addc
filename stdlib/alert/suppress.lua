-- Keeps alerts of one type from being shown in a subscription for a time: noise whose origin somebody knows. The alerts
-- that are there stay, and so does what they tell of; a rule that hides the same already is left as it is.
local function url(p)
    return uri("arm:/subscriptions/{subscription}/providers/Microsoft.Security/alertsSuppressionRules/{name}"
        .. "?api-version=2019-01-01-preview", p)
end

return primitive {
    name = "alert.suppress",
    summary = "Suppresses alerts of one type for a time",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        kind = {type = "string", help = "the one type of alert, such as KV_ListGetAnomaly"},
        name = {type = "name", default = "incident-response", help = "name of the rule"},
        lasts = {type = "duration", default = "30d", help = "how long, from now on"},
        comment = {type = "string", default = "Known, see the incident", help = "why, for others"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/alertsSuppressionRules/read", "Microsoft.Security/alertsSuppressionRules/write",
        "Microsoft.Security/alertsSuppressionRules/delete"},
    repeatable = true,
    example = {subscription = "4c37d899-9818-4152-8233-89cea195dbe7", kind = "KV_ListGetAnomaly"},

    target = url,
    state = {properties = {type = "record", unit = true, fields = {
        alertType = {type = "string", nocase = true}, state = {type = "string", nocase = true}, reason = "string",
        expirationDateUtc = "string?", comment = "string?",
    }}},
    plan = function(p, before)
        if p.kind == "" or text.contains(p.kind, "*") then
            refuse("a rule hides one type of alert, not '" .. p.kind .. "'")
        end
        local rule = before and before.properties
        if rule and text.same(rule.alertType, p.kind) and text.same(rule.state, "Enabled")
            and not (rule.expirationDateUtc and time.before(rule.expirationDateUtc, now())) then
            return before
        end
        return {properties = {alertType = p.kind, state = "Enabled", reason = "Other", comment = p.comment,
            expirationDateUtc = time.add(now(), p.lasts)}}
    end,
    apply = function(p, _, desired, write) write:put(url(p), desired) end,
    verify = function(p, after)
        return after ~= nil and text.same(after.properties.alertType, p.kind)
            and text.same(after.properties.state, "Enabled")
    end,
    undo = function(p, before, _, write)
        if not before then return write:delete(url(p)) end
        write:put(url(p), before)
    end,
}
