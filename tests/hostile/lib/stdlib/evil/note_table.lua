-- Ends with 1: 'a note is a text'.
-- Evidence that is no text at all.
return primitive {
    name = "evil.note_table",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        read:note({1})
        return map {}
    end,
}
