-- Tells Entra ID Protection that a user was compromised: its risk becomes high, and policies that look at risk act.
return primitive {
    name = "entra.confirm_compromised",
    summary = "Tells Entra that a user was compromised",
    since = "0.1.0",
    params = {principal = {type = "guid", help = "object id of the user"}},
    risk = "contain",
    permissions = {"IdentityRiskyUser.Read.All", "IdentityRiskyUser.ReadWrite.All"},
    repeatable = true,
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    target = function(p) return uri("graph:/identityProtection/riskyUsers/{principal}", p) end,
    state = {riskState = "string"},
    observe = function(p, read)
        -- Of most users it says nothing.
        return read:get(uri("graph:/identityProtection/riskyUsers/{principal}", p)) or {riskState = "none"}
    end,
    plan = function() return {riskState = "confirmedCompromised"} end,
    apply = function(p, _, desired, write)
        write:post(uri("graph:/identityProtection/riskyUsers/confirmCompromised", {}), {userIds = list {p.principal}},
            {resource = uri("graph:/identityProtection/riskyUsers/{principal}", p), becomes = desired})
    end,
    undo = irreversible "what was seen before comes back only as dismissed: dismiss the risk in the portal",
}
