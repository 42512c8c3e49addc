-- Ends the sessions of a user: refresh tokens issued until now are worth nothing. Access tokens live on until they
-- expire, about an hour. Guests keep their sessions at home.
local arm = use "arm"
local graph = use "graph"

return primitive {
    name = "entra.revoke_sessions",
    summary = "Ends the sessions of a user",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user"},
        since = {type = "time", optional = true,
            help = "in place when ended later than this; default: the end of the alert, else an hour ago"},
    },
    risk = "contain",
    permissions = {"User.Read.All", "User.ReadWrite.All"},
    repeatable = true,
    since_moment = true,
    example = {principal = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},

    target = function(p) return uri("graph:/users/{principal}", p) end,
    state = {signInSessionsValidFromDateTime = "time?"},
    observe = function(p, read)
        local user = read:get(graph.user(p.principal))
        if not user then graph.keep_kind(read, p.principal, "user") end
        return user
    end,
    plan = function(p, before)
        if not before then return nil end
        local ended = before.signInSessionsValidFromDateTime
        if ended and not time.before(ended, arm.since(p.since)) then return before end
        return {signInSessionsValidFromDateTime = now()}
    end,
    apply = function(p, _, desired, write)
        write:post(uri("graph:/users/{principal}/revokeSignInSessions", p), nil, {
            resource = uri("graph:/users/{principal}", p),
            becomes = {signInSessionsValidFromDateTime = desired.signInSessionsValidFromDateTime},
        })
    end,
    undo = irreversible "ended sessions stay ended; the user signs in again",
}
