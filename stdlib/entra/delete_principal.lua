-- Deletes a user or the service principal of an application. For 30 days it can be brought back as it was, which is what
-- an undoing does. Disable it first: then it harms nobody while people make sure. Role assignments in Azure stay behind,
-- as those of an unknown identity. An account that comes from a directory on premises is deleted there.
-- The last Owner of a subscription and the last Global Administrator stay: nobody could let anybody in any more.
local graph = use "graph"
local owners = use "owners"

return primitive {
    name = "entra.delete_principal",
    summary = "Deletes a user or application, which can be brought back for 30 days",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the account"},
        kind = {type = "enum", values = {"user", "application"}, default = "user", help = "what the account is"},
    },
    risk = "destroy",
    permissions = {"User.Read.All", "User.ReadWrite.All", "GroupMember.Read.All", "Application.ReadWrite.All",
        "RoleManagement.Read.Directory", "Microsoft.Authorization/roleAssignments/read"},
    repeatable = true,
    example = {principal = "d41c7a90-2b6e-4f53-8a1d-6c0f9e2b7a55"},

    target = graph.account,
    state = {
        id = "guid", userPrincipalName = "string?", appId = "guid?", accountEnabled = "bool?",
        groups = {type = "set", of = "guid", help = "that it is in: they come back with it"},
    },
    observe = function(p, read)
        local user = p.kind == "user"
        local answers = read:all {
            {"get", user and graph.user(p.principal) or graph.account(p)},
            {"list", graph.groups(user and "users" or "servicePrincipals", p.principal)},
        }
        local it, groups = answers[1], list {}
        if not it then
            graph.keep_kind(read, p.principal, p.kind)
            return nil
        end
        for _, group in ipairs(answers[2] or {}) do table.insert(groups, group.id) end
        return {id = it.id, userPrincipalName = it.userPrincipalName, appId = it.appId,
            accountEnabled = it.accountEnabled, groups = groups,
            last_administrator = it.accountEnabled and graph.is_last_administrator(read, p.principal),
            only_owner = it.accountEnabled and owners.only_owned_by(read, p.principal) or nil,
            synced = it.onPremisesSyncEnabled == true,
            managed = it.servicePrincipalType == "ManagedIdentity"}
    end,
    plan = function(_, before)
        graph.keep_last_administrator(before)
        owners.keep_last(before)
        if before and before.synced then refuse("it comes from a directory on premises: delete it there") end
        if before and before.managed then refuse("a managed identity goes with the resource that it belongs to") end
        return nil
    end,
    apply = function(p, _, _, write) write:delete(graph.account(p)) end,
    undo = function(p, _, _, write)
        write:post(uri("graph:/directory/deletedItems/{principal}/restore", p))
    end,
}
