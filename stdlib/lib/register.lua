-- The organisation's own register: who is who, and who owns what. Pure: it asks nobody.
local book = {}

-- Values that are there, without holes.
local function given(...)
    local values = {}
    for i = 1, select("#", ...) do
        local value = select(i, ...)
        if value and value ~= "" then table.insert(values, value) end
    end
    return values
end

function book.user(object_id, upn)
    return register("users", {"object_id", "upn", "mail"}, given(object_id, upn))
end

-- Many people use the same public client (Azure CLI, the portal), so an app id alone names no one by itself; the
-- organisation's own applications are in the register.
function book.application(object_id, app_id)
    return register("applications", {"object_id", "app_id"}, given(object_id, app_id))
end

-- The named network of the organisation in which an address lies.
function book.network(address)
    for _, network in ipairs(register "networks") do
        if net.within(address, network.cidr) then return network end
    end
end

-- The first row of `owners` whose pattern the resource id meets.
function book.owner(resource)
    for _, row in ipairs(register "owners") do
        if text.glob(row.resource, resource) then return row end
    end
end

-- Is the resource one that the organisation says is its own? A group that is named stands for what lies in it only where
-- the row says so with a star.
function book.resource(resource)
    for _, row in ipairs(register "resources") do
        if text.glob(row.resource, resource) then return row end
    end
end

-- Addresses to keep open for the responders themselves.
function book.responders()
    return register "responders"
end

function book.contact(role)
    return register "contacts"[role]
end

return book
