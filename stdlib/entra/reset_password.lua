-- Gives a user a new password, made in the core and seen by nobody: whoever knows the old one is out, and so is the user,
-- until the service desk lets him choose another. At the next sign-in it must be changed. The password of a guest, or of
-- an account that comes from a directory on premises, is kept elsewhere. Besides its permission the sign-in needs a role
-- such as User Administrator; for administrators, Privileged Authentication Administrator.
local arm = use "arm"
local graph = use "graph"

return primitive {
    name = "entra.reset_password",
    summary = "Gives a user a new password that nobody knows",
    since = "0.1.0",
    params = {
        principal = {type = "guid", help = "object id of the user"},
        since = {type = "time", optional = true,
            help = "in place when changed later than this; default: the end of the alert, else an hour ago"},
    },
    risk = "destroy",
    permissions = {"User.Read.All", "User-PasswordProfile.ReadWrite.All"},
    repeatable = false,
    since_moment = true,
    example = {principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    target = function(p) return uri("graph:/users/{principal}", p) end,
    state = {lastPasswordChangeDateTime = "time?"},
    observe = function(p, read)
        local user = read:get(graph.password_of(p.principal))
        if not user then graph.keep_kind(read, p.principal, "user") end
        return user
    end,
    plan = function(p, before)
        if not before then return nil end
        if text.same(before.userType or "Member", "Guest") then refuse("the password of a guest is kept in his own tenant") end
        if before.onPremisesSyncEnabled == true then refuse("it comes from a directory on premises: change it there") end
        local changed = before.lastPasswordChangeDateTime
        if changed and not time.before(changed, arm.since(p.since)) then return before end
        return {lastPasswordChangeDateTime = now()}
    end,
    apply = function(p, _, desired, write)
        local profile = {password = new_secret(32), forceChangePasswordNextSignIn = true,
            forceChangePasswordNextSignInWithMfa = false}
        write:patch(uri("graph:/users/{principal}", p), {passwordProfile = profile}, {
            resource = uri("graph:/users/{principal}", p),
            becomes = {lastPasswordChangeDateTime = desired.lastPasswordChangeDateTime},
        })
    end,
    undo = irreversible "nobody here knows the old password; the service desk gives the user a new one",
}
