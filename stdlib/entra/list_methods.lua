-- How a user can prove who he is besides the password. A telephone or an app that an intruder registered lets him in
-- again after every new password. Numbers and addresses stay in the core.
local kinds = {
    ["#microsoft.graph.phoneAuthenticationMethod"] = "phone",
    ["#microsoft.graph.emailAuthenticationMethod"] = "email",
    ["#microsoft.graph.fido2AuthenticationMethod"] = "fido2",
    ["#microsoft.graph.microsoftAuthenticatorAuthenticationMethod"] = "microsoftAuthenticator",
    ["#microsoft.graph.softwareOathAuthenticationMethod"] = "softwareOath",
}

return primitive {
    name = "entra.list_methods",
    summary = "Lists how a user can prove who he is",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user"},
        start = {type = "time", optional = true, help = "begin of the suspicious access: what was added since is marked"},
    },
    returns = {methods = {type = "list", help = "all but the password", of = {type = "record", fields = {
        id = "string", kind = "string", name = "string?", created = "time?",
        removable = {type = "bool", help = "of a kind that can be removed here"}, new = "bool",
    }}}},
    risk = "read",
    permissions = {"UserAuthenticationMethod.Read.All"},
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    observe = function(p, read)
        local methods = list {}
        for _, it in ipairs(read:list(uri("graph:/users/{principal}/authentication/methods", p)) or {}) do
            local type = it["@odata.type"] or ""
            if type ~= "#microsoft.graph.passwordAuthenticationMethod" then
                table.insert(methods, {id = it.id, kind = kinds[type] or type, removable = kinds[type] ~= nil,
                    name = it.displayName or it.phoneType, created = it.createdDateTime,
                    new = p.start ~= nil and it.createdDateTime ~= nil and not time.before(it.createdDateTime, p.start)})
            end
        end
        return {methods = methods}
    end,
}
