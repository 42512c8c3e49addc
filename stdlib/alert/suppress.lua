-- Keeps alerts of one type from being shown in a subscription for a time: noise whose origin somebody knows. The alerts
-- that are there stay, and so does what they tell of; a rule that hides the same already is left as it is.

-- A rule hides one type of alert, from some addresses or from all: each has its own, so that none takes another's place.
-- A name is 2 to 50 letters, digits, - and _.
local function name_of(p)
    local name, ips = p.name or "incident-response-" .. text.replace(p.kind, ".", "-"), p.name and {} or p.ips
    if #name <= 50 and #ips == 0 then return name end
    local whole = text.join(list.concat({text.lower(name)}, list.sort(ips)), " ")
    return name:sub(1, 41) .. "-" .. text.split(digest(whole), ":")[2]:sub(1, 8)
end

local function url(p)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Security/alertsSuppressionRules/{name}"
        .. "?api-version=2019-01-01-preview", {s = p.subscription, name = name_of(p)})
end

-- What a rule is narrowed to: alerts that name one of these addresses; nil: all of the type.
local function scope_of(p)
    if #p.ips == 0 then return nil end
    return {allOf = list {{field = "entities.ip.address", ["in"] = p.ips}}}
end

-- Does the rule hide what is to be hidden?
local function hides(p, rule)
    if not text.same(rule.alertType, p.kind) or not text.same(rule.state, "Enabled")
        or rule.expirationDateUtc and time.before(rule.expirationDateUtc, now()) then
        return false
    end
    local scope = rule.suppressionAlertsScope
    if not scope then return true end
    return #p.ips > 0 and #scope.allOf == 1 and #list.without(p.ips, scope.allOf[1]["in"] or {}) == 0
end

return primitive {
    name = "alert.suppress",
    summary = "Suppresses alerts of one type for a time",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        kind = {type = "string", help = "the one type of alert, such as KV_ListGetAnomaly"},
        ips = {type = "list", of = "ip", default = list {}, help = "only alerts that name one of these addresses"},
        name = {type = "name", optional = true, help = "name of the rule; default: one for each type of alert and addresses"},
        lasts = {type = "duration", default = "30d", help = "how long, from now on"},
        comment = {type = "string", default = "Known, see the incident", help = "why, for others"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/alertsSuppressionRules/read", "Microsoft.Security/alertsSuppressionRules/write",
        "Microsoft.Security/alertsSuppressionRules/delete"},
    repeatable = true,
    example = {
        subscription = "4c37d899-9818-4152-8233-89cea195dbe7", kind = "KV_ListGetAnomaly", ips = {"203.0.113.77"},
    },

    target = url,
    state = {properties = {type = "record", unit = true, fields = {
        alertType = {type = "string", nocase = true}, state = {type = "string", nocase = true}, reason = "string",
        expirationDateUtc = "string?", comment = "string?", suppressionAlertsScope = "any?",
    }}},
    plan = function(p, before)
        if p.kind == "" or text.contains(p.kind, "*") then
            refuse("a rule hides one type of alert, not '" .. p.kind .. "'")
        end
        if before and hides(p, before.properties) then return before end
        return {properties = {alertType = p.kind, state = "Enabled", reason = "Other", comment = p.comment,
            expirationDateUtc = time.add(now(), p.lasts), suppressionAlertsScope = scope_of(p)}}
    end,
    apply = function(p, _, desired, write) write:put(url(p), desired) end,
    verify = function(p, after) return after ~= nil and hides(p, after.properties) end,
    undo = function(p, before, _, write)
        if not before then return write:delete(url(p)) end
        write:put(url(p), before)
    end,
}
