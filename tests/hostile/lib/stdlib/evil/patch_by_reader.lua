-- Ends with 1: 'nil value'.
-- The handle of a reader has no way to change.
return primitive {
    name = "evil.patch_by_reader",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:patch("graph:/users/5e7bd3ff-454a-48f0-b08f-e04be3fb3f54", {accountEnabled = false})
        return {}
    end,
}
