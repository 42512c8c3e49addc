-- Ends with 1: 'memory'.
-- All memory, by one text.
return primitive {
    name = "evil.memory_text",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        local s = "x"
        while true do s = s .. s end
    end,
}
