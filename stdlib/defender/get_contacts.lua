-- Whom Defender for Cloud tells of alerts in a subscription: security contacts. Without any, only its owners may learn.
local contacts = use "contacts"

return primitive {
    name = "defender.get_contacts",
    summary = "Reads whom Defender tells of alerts",
    since = "0.1.0",
    params = {subscription = {type = "guid", help = "the subscription"}},
    returns = {
        emails = {type = "list", of = "string"}, on = {type = "bool", help = "whether mails are sent"},
        severity = {type = "string", optional = true, help = "of alerts from which on"},
        roles = {type = "list", of = "string", help = "roles whose holders are told as well"},
    },
    risk = "read",
    permissions = {"Microsoft.Security/securityContacts/read"},
    example = {subscription = "4c37d899-9818-4152-8233-89cea195dbe7"},

    observe = function(p, read)
        local raw = read:get(contacts.url(p))
        local it = raw and raw.properties or {}
        local by_role = it.notificationsByRole or {}
        return {emails = contacts.addresses(it), on = it.isEnabled == true, severity = contacts.severity(it),
            roles = list(text.same(by_role.state or "", "On") and by_role.roles or {})}
    end,
}
