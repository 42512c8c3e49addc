-- Orders a scan of the whole machine for malware. It goes on for hours, also while the machine is isolated; what it finds
-- comes as alerts of its own. The trail says whether it was ordered: the same machine is scanned once for one alert.
local endpoint = use "endpoint"

return primitive {
    name = "endpoint.scan_machine",
    summary = "Scans a machine for malware",
    since = "0.1.0",
    params = {
        machine = endpoint.params.machine, comment = endpoint.params.comment,
        kind = {type = "enum", values = {"Full", "Quick"}, default = "Full", help = "how much is looked at"},
    },
    returns = {action = {type = "string", optional = true, help = "id of the order in Defender for Endpoint"}},
    risk = "contain",
    permissions = {"Machine.Read.All", "Machine.Scan"},
    repeatable = false,
    example = {machine = "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4"},

    target = endpoint.target,
    once = function(p) return "endpoint.scan_machine " .. p.machine .. " " .. p.kind end,
    apply = function(p, _, _, write)
        local raw = write:get(endpoint.machine(p.machine))
        if not raw then error("Defender for Endpoint does not know the machine", 0) end
        local outside = endpoint.outside(raw)
        if outside then error("the machine is of the subscription " .. outside .. ", which the profile does not reach", 0) end
        local action = endpoint.order(p.machine, "runAntiVirusScan", {Comment = p.comment, ScanType = p.kind}, write)
        return {action = action and action.id}
    end,
    undo = irreversible "a scan changes nothing that could be put back",
}
