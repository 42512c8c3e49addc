-- Ends with 1: 'bad'.
-- An error that is no text for a terminal, and is cut.
return primitive {
    name = "evil.error_bytes",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        error("bad \255\254\27[31m \226\128\174 text " .. string.rep("\240\159\146\163", 400))
    end,
}
