-- Ends the isolation of a machine through Defender for Endpoint.
local endpoint = use "endpoint"

return primitive {
    name = "endpoint.release_machine",
    summary = "Ends the isolation of a machine",
    since = "0.1.0",
    params = endpoint.params,
    returns = endpoint.returns,
    risk = "contain",
    permissions = {"Machine.Read.All", "Machine.Isolate"},
    repeatable = true,
    example = {machine = "c2b8e1f40a7d4966b3e5d0c9a8f7e6d5c4b3a291"},

    target = endpoint.target,
    state = endpoint.state,
    observe = endpoint.observe,
    plan = endpoint.plan(false),
    apply = endpoint.set(false),
    undo = endpoint.set(true),
    result = endpoint.result,
}
