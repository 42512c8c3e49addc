-- Orders a scan of the whole machine for malware. It goes on for hours, also while the machine is isolated; what it finds
-- comes as alerts of its own. Defender for Endpoint keeps each order: one since the alert, whoever gave it, is in place,
-- also while the machine has not carried it out. What was scanned before was scanned before what the alert tells.
local arm = use "arm"
local endpoint = use "endpoint"

return primitive {
    name = "endpoint.scan_machine",
    summary = "Scans a machine for malware",
    since = "0.1.0",
    params = {
        machine = endpoint.params.machine, comment = endpoint.params.comment,
        kind = {type = "enum", values = {"Full", "Quick"}, default = "Full", help = "how much is looked at"},
        since = {type = "time", optional = true,
            help = "in place when one was ordered later than this; default: the end of the alert, else an hour ago"},
    },
    returns = {action = {type = "string", optional = true, help = "id of the order in Defender for Endpoint"}},
    risk = "contain",
    permissions = {"Machine.Read.All", "Machine.Scan"},
    repeatable = false,
    since_moment = true,
    example = {machine = "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4"},

    target = endpoint.target,
    state = {ordered = "time?", kind = "string?"},
    observe = function(p, read)
        local answers = read:all {{"get", endpoint.machine(p.machine)}, {"list", endpoint.actions(p.machine)}}
        if not answers[1] then return nil end
        local newest = endpoint.newest_scan(answers[2], p.kind) or {}
        return {ordered = newest.creationDateTimeUtc or null, kind = newest.scope or null, action = newest.id,
            outside = endpoint.outside(answers[1]), resource = endpoint.resource(answers[1])}
    end,
    plan = function(p, before)
        if not before then error("Defender for Endpoint does not know the machine", 0) end
        if before.outside then
            refuse("the machine is of the subscription " .. before.outside .. ", which the profile does not reach")
        end
        if before.ordered and not time.before(before.ordered, arm.since(p.since)) then return before end
        return {ordered = now(), kind = p.kind}
    end,
    apply = function(p, _, _, write)
        endpoint.order(p.machine, "runAntiVirusScan", {Comment = p.comment, ScanType = p.kind}, write)
    end,
    undo = irreversible "a scan changes nothing that could be put back",
    result = function(_, _, after) return {action = after and after.action} end,
}
