-- What the organisation's own register says of a user, an application or a resource. It asks nobody else.
local register_book = use "register"

return primitive {
    name = "register.find",
    summary = "Looks a user, application or resource up in the register",
    since = "0.1.0",
    params = {
        object_id = {type = "string", optional = true, help = "object id of a user or application"},
        upn = {type = "string", optional = true, help = "user principal name or mail address"},
        app_id = {type = "string", optional = true, help = "application id"},
        resource = {type = "string", optional = true, help = "resource id"},
    },
    returns = {
        known = "bool", kind = {type = "enum", values = {"user", "application", "resource", "none"}},
        name = "string?", mail = {type = "string", optional = true, help = "of the person who answers for it"},
        title = "string?",
    },
    risk = "read",
    permissions = {},
    example = {upn = "dana.levy@contoso.com"},

    observe = function(p, _)
        local user = (p.object_id or p.upn) and register_book.user(p.object_id, p.upn)
        if user then
            return {known = true, kind = "user", name = user.name, mail = user.mail or user.upn, title = user.title}
        end
        local application = (p.object_id or p.app_id) and register_book.application(p.object_id, p.app_id)
        if application then
            return {known = true, kind = "application", name = application.name, mail = application.owner}
        end
        local row = p.resource and register_book.owner(p.resource)
        if row then return {known = true, kind = "resource", name = row.name, mail = row.mail} end
        return {known = false, kind = "none"}
    end,
}
