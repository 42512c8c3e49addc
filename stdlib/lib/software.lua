-- Software that somebody found on a machine, parted into what was approved, what nobody wants, and what nobody knows.
local software = {}

software.params = {
    approved = {type = "list", of = "string", default = list {}, help = "patterns of names that belong there"},
    unwanted = {type = "list", of = "string", default = list {}, help = "patterns of names that nobody wants"},
}

software.returns = {
    software = {type = "list", of = {type = "record", fields = {name = "string", vendor = "string?", version = "string?",
        weaknesses = "int?", exploit = "bool?", verdict = "string"}}},
    unwanted = {type = "list", of = "string", help = "names that nobody wants"},
    unknown = {type = "list", of = "string", help = "names that no pattern approves"},
    weak = {type = "list", of = "string", help = "names with known weaknesses"},
}

local function matches(patterns, name)
    for _, pattern in ipairs(patterns) do
        if text.glob(pattern, name) then return true end
    end
    return false
end

-- `found` are {name, vendor, version, weaknesses, exploit}, in the order in which they are shown.
function software.part(p, found)
    local unwanted, unknown, weak = list {}, list {}, list {}
    for _, one in ipairs(found) do
        one.verdict = matches(p.unwanted, one.name) and "unwanted" or matches(p.approved, one.name) and "approved"
            or "unknown"
        if one.verdict == "unwanted" then table.insert(unwanted, one.name) end
        if one.verdict == "unknown" then table.insert(unknown, one.name) end
        if (one.weaknesses or 0) > 0 then table.insert(weak, one.name) end
    end
    return {software = found, unwanted = list.unique(unwanted), unknown = list.unique(unknown), weak = list.unique(weak)}
end

return software
