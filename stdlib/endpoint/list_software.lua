-- The software that Defender for Endpoint found on a machine, parted into what was approved, what nobody wants, and what
-- nobody knows. It is what was installed when the agent last looked; what runs without being installed is not in it.
local endpoint = use "endpoint"

local function matches(patterns, name)
    for _, pattern in ipairs(patterns) do
        if text.glob(pattern, name) then return true end
    end
    return false
end

return primitive {
    name = "endpoint.list_software",
    summary = "Lists the software of a machine",
    since = "0.1.0",
    params = {
        machine = endpoint.params.machine,
        approved = {type = "list", of = "string", default = list {}, help = "patterns of names that belong there"},
        unwanted = {type = "list", of = "string", default = list {}, help = "patterns of names that nobody wants"},
    },
    returns = {
        software = {type = "list", of = {type = "record", fields = {name = "string", vendor = "string?",
            weaknesses = "int?", exploit = "bool?", verdict = "string"}}},
        unwanted = {type = "list", of = "string", help = "names that nobody wants"},
        unknown = {type = "list", of = "string", help = "names that no pattern approves"},
        weak = {type = "list", of = "string", help = "names with known weaknesses"},
    },
    risk = "read",
    permissions = {"Software.Read.All"},
    example = {machine = "7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4", unwanted = {"dnscat*"}},

    observe = function(p, read)
        local software, unwanted, unknown, weak = list {}, list {}, list {}, list {}
        for _, one in ipairs(read:list(endpoint.software(p.machine)) or {}) do
            local verdict = matches(p.unwanted, one.name) and "unwanted" or matches(p.approved, one.name) and "approved"
                or "unknown"
            table.insert(software, {name = one.name, vendor = one.vendor, weaknesses = one.weaknesses,
                exploit = one.publicExploit, verdict = verdict})
            if verdict == "unwanted" then table.insert(unwanted, one.name) end
            if verdict == "unknown" then table.insert(unknown, one.name) end
            if (one.weaknesses or 0) > 0 then table.insert(weak, one.name) end
        end
        return {software = software, unwanted = unwanted, unknown = unknown, weak = weak}
    end,
}
