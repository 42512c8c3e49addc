-- Locks a resource, a group or a subscription: nothing there is deleted or, with ReadOnly, changed any more. ReadOnly also
-- keeps machines from being started and stopped, and keys from being listed, by the response as well.
return primitive {
    name = "resource.lock",
    summary = "Locks a resource against deletion or change",
    since = "0.1.0",
    params = {
        scope = {type = "id", help = "id of a resource, a group or a subscription"},
        level = {type = "enum", values = {"CanNotDelete", "ReadOnly"}, default = "CanNotDelete", help = "against what"},
        name = {type = "name", default = "incident-response", help = "name of the lock"},
        notes = {type = "string", default = "Locked in an incident response", help = "what others read about it"},
    },
    risk = "contain",
    permissions = {"Microsoft.Authorization/locks/read", "Microsoft.Authorization/locks/write",
        "Microsoft.Authorization/locks/delete"},
    repeatable = true,
    example = {
        scope = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-tmp-9f2"
            .. "/providers/Microsoft.Storage/storageAccounts/st9f2out",
    },

    target = function(p)
        return uri("arm:{+scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01", p)
    end,
    state = {properties = {type = "record", unit = true, fields = {level = "string", notes = "string?"}}},
    plan = function(p, before)
        if before and before.properties.level == p.level then return before end
        return {properties = {level = p.level, notes = p.notes}}
    end,
    apply = function(p, _, desired, write)
        write:put(uri("arm:{+scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01", p), desired)
    end,
    undo = function(p, before, _, write)
        local url = uri("arm:{+scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01", p)
        if before then
            write:put(url, {properties = {level = before.properties.level, notes = before.properties.notes}})
        else
            write:delete(url)
        end
    end,
}
