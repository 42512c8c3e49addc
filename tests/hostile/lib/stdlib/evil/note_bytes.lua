-- Ends with 0: ''.
-- Evidence that is no text.
return primitive {
    name = "evil.note_bytes",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:note("\255\254\27]0;owned\7 " .. string.rep("\240\159\146\163", 400))
        return map {}
    end,
}
