-- Isolates a machine through the agent of Defender for Endpoint: it reaches nothing any more but the service itself, so
-- that a scan can still be ordered. The Azure agent falls silent as well, so commands no longer reach the machine.
local endpoint = use "endpoint"

return primitive {
    name = "endpoint.isolate_machine",
    summary = "Isolates a machine through Defender for Endpoint",
    since = "0.1.0",
    params = endpoint.params,
    returns = endpoint.returns,
    risk = "contain",
    permissions = {"Machine.Read.All", "Machine.Isolate"},
    repeatable = true,
    example = {machine = "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4"},

    target = endpoint.target,
    state = endpoint.state,
    observe = endpoint.observe,
    plan = endpoint.plan(true),
    apply = endpoint.set(true),
    undo = endpoint.set(false),
    result = endpoint.result,
}
