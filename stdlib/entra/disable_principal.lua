-- Disables the account of a user or application: no new sign-in. Tokens that were issued live on for up to an hour, so
-- sessions are to be ended as well. An account that is kept in step with a directory on premises is enabled again by
-- the next synchronisation unless it is disabled there too.
-- The last Owner of a subscription and the last Global Administrator stay: nobody could let anybody in any more.
local graph = use "graph"
local owners = use "owners"

return primitive {
    name = "entra.disable_principal",
    summary = "Disables the account of a user or application",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the account"},
        kind = {type = "enum", values = {"user", "application"}, default = "user", help = "what the account is"},
    },
    risk = "contain",
    permissions = {"User.EnableDisableAccount.All", "User.Read.All", "Application.ReadWrite.All",
        "RoleManagement.Read.Directory", "Microsoft.Authorization/roleAssignments/read"},
    repeatable = true,
    example = {principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},

    target = graph.account,
    state = {accountEnabled = "bool"},
    observe = function(p, read)
        local account = read:get(p.kind == "user" and graph.user(p.principal) or graph.account(p))
        if not account then graph.keep_kind(read, p.principal, p.kind) end
        if account and account.accountEnabled then
            account.last_administrator = graph.is_last_administrator(read, p.principal)
            account.only_owner = owners.only_owned_by(read, p.principal)
        end
        return account
    end,
    plan = function(_, before)
        graph.keep_last_administrator(before)
        owners.keep_last(before)
        return before and {accountEnabled = false}
    end,
    -- The change goes alone: one that also touched a password would be refused as a whole for want of that right.
    apply = function(p, _, desired, write)
        write:patch(graph.account(p), {accountEnabled = desired.accountEnabled})
    end,
    undo = function(p, before, _, write)
        write:patch(graph.account(p), {accountEnabled = before.accountEnabled})
    end,
}
