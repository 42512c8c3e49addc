-- The disks of a subscription that no machine uses, held against what the organisation says is its own (the register's
-- `resources`). What was taken off a machine a moment ago may not be among them yet.
local inventory = use "inventory"
local register_book = use "register"

local query = "resources | where type =~ 'microsoft.compute/disks' and properties.diskState =~ 'Unattached' "
    .. "| project id, name, location, properties"

return primitive {
    name = "compute.list_disks",
    summary = "Lists the disks that no machine uses",
    since = "0.1.0",
    params = {subscription = {type = "guid", help = "where to look"}},
    returns = {
        unattached = {type = "list", of = {type = "record", fields = {
            id = "id", name = "string", location = "string?", group = "string?", os = "string?", created = "time?",
            size = {type = "int", optional = true, help = "in GB"},
            known = {type = "bool", help = "does the register name it?"},
        }}},
    },
    risk = "read",
    permissions = {"Microsoft.Compute/disks/read"},
    example = {subscription = "4c37d899-9818-4152-8233-89cea195dbe7"},

    observe = function(p, read)
        local unattached = list {}
        for _, raw in ipairs(inventory.rows(read, {p.subscription}, query)) do
            local has = raw.properties or {}
            table.insert(unattached, {id = raw.id, name = raw.name, location = raw.location, group = id.group(raw.id),
                os = has.osType, created = has.timeCreated, size = has.diskSizeGB,
                known = register_book.resource(raw.id) ~= nil})
        end
        return {unattached = unattached}
    end,
}
