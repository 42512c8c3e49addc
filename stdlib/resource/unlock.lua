-- Takes a lock away. A lock may be there for a reason that nobody wrote down: a person decides.
return primitive {
    name = "resource.unlock",
    summary = "Takes a lock away",
    since = "0.1.0",
    params = {
        scope = {type = "id", help = "id of a resource, a group or a subscription"},
        name = {type = "name", default = "incident-response", help = "name of the lock"},
    },
    risk = "contain",
    permissions = {"Microsoft.Authorization/locks/read", "Microsoft.Authorization/locks/delete",
        "Microsoft.Authorization/locks/write"},
    repeatable = true,
    example = {
        scope = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-soc", name = "keep-evidence",
    },

    target = function(p)
        return uri("arm:{+scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01", p)
    end,
    state = {properties = {type = "record", fields = {level = "string", notes = "string?"}}},
    plan = function() return nil end,
    undo = function(p, before, _, write)
        write:put(uri("arm:{+scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01", p),
            {properties = {level = before.properties.level, notes = before.properties.notes}})
    end,
}
