-- Whom Entra ID Protection sees at risk. It needs a licence (Entra ID P2): without one nothing is known, which is not the
-- same as safe.
return primitive {
    name = "entra.list_risky",
    summary = "Lists the users that Entra sees at risk",
    since = "0.1.0",
    params = {},
    returns = {
        known = {type = "bool", help = "does Entra say anything about its users?"},
        users = {type = "list", of = {type = "record", fields = {
            id = "string", upn = "string?", level = "string?", updated = "time?",
        }}},
    },
    risk = "read",
    permissions = {"IdentityRiskyUser.Read.All"},
    example = {},

    observe = function(_, read)
        local url = "graph:/identityProtection/riskyUsers?$filter=riskState%20eq%20'atRisk'"
        local answer = read:list(url, {denied_ok = true})
        local users = list {}
        for _, it in ipairs(answer or {}) do
            table.insert(users, {id = it.id, upn = it.userPrincipalName, level = it.riskLevel,
                updated = it.riskLastUpdatedDateTime})
        end
        return {known = answer ~= nil and answer ~= false, users = users}
    end,
}
