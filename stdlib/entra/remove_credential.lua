-- Takes a secret of an application away: whoever has it signs in with it no more, and neither does the application, until
-- it has another. A certificate takes the signature of the application itself to be removed, so that is for people.
local graph = use "graph"

return primitive {
    name = "entra.remove_credential",
    summary = "Takes a secret of an application away",
    since = "0.1.0",
    params = {
        holder = {type = "enum", values = {"application", "servicePrincipal"}, help = "where the secret is kept"},
        object = {type = "guid", help = "object id of that"},
        key = {type = "guid", help = "key id of the secret"},
    },
    risk = "destroy",
    permissions = {"Application.Read.All", "Application.ReadWrite.All"},
    repeatable = true,
    example = {holder = "application", object = "c473eef5-51ca-465a-aef6-218e7fbf4048",
        key = "251aa303-7802-46f8-bbc0-d19446c6c281"},

    target = function(p)
        return graph.holder(p.holder, p.object, "passwordCredentials") .. "/" .. p.key
    end,
    state = {keyId = "guid", displayName = "string?", startDateTime = "time?", endDateTime = "time?"},
    observe = function(p, read)
        local raw = read:get(graph.holder(p.holder, p.object))
        local left, found = list {}, nil
        for _, it in ipairs(raw and raw.passwordCredentials or {}) do
            if text.same(it.keyId, p.key) then found = it else table.insert(left, it) end
        end
        return found and {keyId = found.keyId, displayName = found.displayName, startDateTime = found.startDateTime,
            endDateTime = found.endDateTime, appId = raw.appId, left = left}
    end,
    plan = function() return nil end,
    apply = function(p, before, _, write)
        write:post(graph.holder(p.holder, p.object, "removePassword"), {keyId = before.keyId},
            {resource = graph.holder(p.holder, p.object), becomes = {passwordCredentials = before.left}})
    end,
    undo = irreversible "the service never tells a secret again; the application gets a new one from its owner",
}
