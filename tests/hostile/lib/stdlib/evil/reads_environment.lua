-- Ends with 1: 'nil value'.
-- No door to the machine.
return primitive {
    name = "evil.reads_environment",
    summary = "Does harm",
    since = "0.1.0",
    params = {},
    returns = {},
    risk = "read",
    permissions = {"none"},
    example = {},

    observe = function(_, read)
        return {home = os.getenv("HOME")}
    end,
}
