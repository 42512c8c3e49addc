-- Takes a way to prove who he is away from a user. The user registers it again, or another one.
return primitive {
    name = "entra.remove_method",
    summary = "Takes a sign-in method away from a user",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user"},
        kind = {type = "enum", values = {"phone", "email", "fido2", "microsoftAuthenticator", "softwareOath"},
            help = "what it is"},
        method = {type = "string", help = "id of the method"},
    },
    risk = "destroy",
    permissions = {"UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"},
    repeatable = true,
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d", kind = "microsoftAuthenticator",
        method = "6f0b1a27-8c35-4d9e-a1f2-5b7c3e9d0481"},

    target = function(p)
        return uri("graph:/users/{principal}/authentication/{folder}/{method}",
            {principal = p.principal, folder = p.kind .. "Methods", method = p.method})
    end,
    state = {id = "string"},
    observe = function(p, read)
        local all = read:list(uri("graph:/users/{principal}/authentication/{folder}",
            {principal = p.principal, folder = p.kind .. "Methods"}))
        for _, it in ipairs(all or {}) do
            if text.same(it.id, p.method) then return {id = it.id} end
        end
        return nil
    end,
    plan = function() return nil end,
    undo = irreversible "a method is bound to a device that only the user has; he registers it again",
}
