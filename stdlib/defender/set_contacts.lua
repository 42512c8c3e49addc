-- Has Defender for Cloud tell these people of alerts in a subscription. Whom it tells already stays; a threshold that is
-- lower stays lower. The service takes the contact as a whole.
local contacts = use "contacts"

local rank = {Low = 1, Medium = 2, High = 3}

local function lower_of(a, b)
    if not a or not rank[a] then return b end
    return rank[a] <= rank[b] and a or b
end

local function put(p, state, write)
    write:put(contacts.url(p), {properties = {
        emails = text.join(state.emails, ";"), phone = state.phone or "", isEnabled = state.on,
        notificationsSources = list {{sourceType = "Alert", minimalSeverity = state.severity}},
        notificationsByRole = {state = state.roles and #state.roles > 0 and "On" or "Off", roles = state.roles or list {}},
    }})
end

return primitive {
    name = "defender.set_contacts",
    summary = "Has Defender tell people of alerts",
    since = "0.1.0",
    params = {
        subscription = {type = "guid", help = "the subscription"},
        emails = {type = "list", of = "email", help = "who is told, besides those who are"},
        severity = {type = "enum", values = {"Low", "Medium", "High"}, default = "Medium", help = "of alerts from here on"},
        owners = {type = "bool", default = true, help = "tell the owners of the subscription as well"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/securityContacts/read", "Microsoft.Security/securityContacts/write",
        "Microsoft.Security/securityContacts/delete"},
    repeatable = true,
    example = {subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7", emails = {"soc@contoso.com"}},

    target = contacts.url,
    state = {
        emails = {type = "set", of = {type = "string", nocase = true}}, on = "bool", severity = "string?",
        roles = {type = "set", of = {type = "string", nocase = true}, optional = true}, phone = "string?",
    },
    observe = function(p, read)
        local raw = read:get(contacts.url(p))
        if not raw then return nil end
        local it, by_role = raw.properties, raw.properties.notificationsByRole or {}
        return {emails = contacts.addresses(it), on = it.isEnabled == true, severity = contacts.severity(it),
            roles = list(text.same(by_role.state or "", "On") and by_role.roles or {}),
            phone = it.phone ~= "" and it.phone or nil}
    end,
    plan = function(p, before)
        local roles = before and before.roles or list {}
        return {emails = list.union(before and before.emails or {}, p.emails), on = true,
            severity = lower_of(before and before.severity, p.severity),
            roles = p.owners and list.union(roles, {"Owner"}) or roles}
    end,
    apply = function(p, before, desired, write)
        put(p, {emails = desired.emails, on = desired.on, severity = desired.severity, roles = desired.roles,
            phone = before and before.phone}, write)
    end,
    undo = function(p, before, _, write)
        if not before then return write:delete(contacts.url(p)) end
        put(p, before, write)
    end,
}
