-- Whom Defender for Cloud writes to about a subscription.
local contacts = {}

function contacts.url(p)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Security/securityContacts/default"
        .. "?api-version=2023-12-01-preview", {s = p.subscription})
end

-- Addresses stand in one text, between semicolons.
function contacts.addresses(properties)
    local found = list {}
    for _, one in ipairs(text.split(text.replace(properties.emails or "", ",", ";"), ";")) do
        one = text.trim(one)
        if one ~= "" then table.insert(found, one) end
    end
    return found
end

function contacts.severity(properties)
    for _, source in ipairs(properties.notificationsSources or {}) do
        if text.same(source.sourceType, "Alert") then return source.minimalSeverity end
    end
end

return contacts
