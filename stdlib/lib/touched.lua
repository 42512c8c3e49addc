-- What was touched, from the two places that know: the alert's own targets, and the audit log. Objects are gathered by
-- vault, kind, name and version; each keeps the time of its last access.
local keyvault = use "keyvault"
local touched = {}

local plural = {secret = "secrets", key = "keys", certificate = "certificates"}

-- Operations that give contents away or use them. Listing gives away names only; a refused call gives nothing.
local function gives_away(row)
    local code = tonumber(row.code) or 0
    return code >= 200 and code < 300 and not text.contains(row.OperationName or "", "List")
end

touched.object = {type = "record", fields = {
    kind = {type = "enum", values = {"secret", "key", "certificate"}},
    vault = "string?", vault_name = "string", uri = "url", name = "name", version = "version?", id = "url",
    time = "time?", operations = "int",
}}

function touched.gather()
    return {order = list {}, by_id = {}, events = 0}
end

local function add(all, found, at)
    local id = found.uri .. plural[found.kind] .. "/" .. found.name .. (found.version and "/" .. found.version or "")
    local object = all.by_id[text.lower(id)]
    if not object then
        object = {kind = found.kind, vault_name = found.vault, uri = found.uri, name = found.name,
            version = found.version, id = id, operations = 0}
        all.by_id[text.lower(id)] = object
        table.insert(all.order, object)
    end
    object.operations = object.operations + 1
    if at then object.time = object.time and time.max(object.time, at) or at end
end

function touched.add_target(all, target, at)
    local found = target.id and keyvault.split(target.id)
    if found then add(all, found, target.time or at) end
end

function touched.add_row(all, row)
    local found = gives_away(row) and row.obj and keyvault.split(row.obj)
    if found then
        all.events = all.events + 1
        add(all, found, row.TimeGenerated)
    end
end

-- A target of the alert that names no version says nothing new once the log names versions of the same object.
local function is_echo(object, all)
    if object.version then return false end
    for _, other in ipairs(all.order) do
        if other.version and other.kind == object.kind and text.same(other.name, object.name) and other.uri == object.uri then
            return true
        end
    end
    return false
end

-- Objects of one kind. `ids` maps vault names to resource ids; objects of vaults outside that are left out.
function touched.of_kind(all, kind, ids)
    local found = list {}
    for _, object in ipairs(all.order) do
        if object.kind == kind and ids[object.vault_name] and not is_echo(object, all) then
            object.vault = ids[object.vault_name]
            table.insert(found, object)
        end
    end
    return found
end

-- One entry per object, whatever its versions, with the time of the last access to any: what has to be renewed.
function touched.distinct(objects)
    local distinct, by_name = list {}, {}
    for _, object in ipairs(objects) do
        local key = text.lower(object.kind .. " " .. object.uri .. object.name)
        local seen = by_name[key]
        if not seen then
            seen = {kind = object.kind, vault = object.vault, vault_name = object.vault_name, uri = object.uri,
                name = object.name, time = object.time, id = object.uri .. plural[object.kind] .. "/" .. object.name,
                operations = 0}
            by_name[key] = seen
            table.insert(distinct, seen)
        end
        seen.operations = seen.operations + object.operations
        if object.time then seen.time = seen.time and time.max(seen.time, object.time) or object.time end
    end
    return distinct
end

-- Names of the vaults whose objects were touched, without those that `ids` knows.
function touched.other_vaults(all, ids)
    local names = list {}
    for _, object in ipairs(all.order) do
        if not ids[object.vault_name] then table.insert(names, object.vault_name) end
    end
    return list.unique(names)
end

-- Vault names to ids, of the vaults that the caller of the primitive knows.
function touched.ids(vaults)
    local ids = {}
    for _, vault in ipairs(vaults) do ids[text.lower(id.name(vault))] = vault end
    return ids
end

return touched
