-- What Entra ID Protection thinks of a user. It needs a licence (Entra ID P2): without one, and for most users, nothing is
-- known, which is not the same as safe.
return primitive {
    name = "entra.get_risk",
    summary = "Reads the risk that Entra sees for a user",
    since = "0.1.0",
    params = {principal = {type = "guid", help = "object id of the user"}},
    returns = {
        known = {type = "bool", help = "does Entra say anything about this user?"}, level = "string?", state = "string?",
        detail = "string?", updated = "time?",
    },
    risk = "read",
    permissions = {"IdentityRiskyUser.Read.All"},
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    observe = function(p, read)
        local it = read:get(uri("graph:/identityProtection/riskyUsers/{principal}", p), {denied_ok = true})
        if not it then return {known = false} end
        return {known = true, level = it.riskLevel, state = it.riskState, detail = it.riskDetail,
            updated = it.riskLastUpdatedDateTime}
    end,
}
