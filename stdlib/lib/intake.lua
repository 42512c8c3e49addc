-- What every alert shape shares: reading the members of a payload with their types, collecting the facts of one
-- alert, and making the record of them. A shape knows where things are; this file knows what they must be.
--
-- A fact that is missing is nil, an empty text is a missing one, a member of the wrong type is refused with its
-- path (`wrong`). A text that should be an address, an id or a GUID and is none is left out with a warning: an
-- attacker may have written it, and no primitive may ever be handed it.
local kinds = use "alert_kinds"

local M = {kinds = kinds.kinds}

-- Reading ---------------------------------------------------------------------------------------------------------

-- The path of a member, for messages: "value[0].properties" and "severity".
local function at(path, name)
    return path == "" and name or path .. "." .. name
end
M.at = at

function M.nth(path, index)
    return path .. "[" .. index - 1 .. "]"
end

-- The first member whose key is one of the names, compared without case; JSON's null is nothing.
function M.get(from, ...)
    local value = field(from, ...)
    if value == null then return nil end
    return value
end

-- An empty one is both.
function M.is_map(value)
    return type(value) == "table" and #value == 0
end

function M.is_list(value)
    if type(value) ~= "table" then return false end
    local members = 0
    if #value == 0 then
        for _ in pairs(value) do members = members + 1 end
    end
    return members == 0
end

-- A text, or nil when it is missing or empty.
function M.text(from, path, ...)
    local value = M.get(from, ...)
    if value == nil or value == "" then return nil end
    if type(value) ~= "string" then wrong(value, at(path, (...)), "a text") end
    return value
end

-- A text, or nil for anything else: for members that some services use otherwise.
function M.maybe(from, ...)
    local value = M.get(from, ...)
    if type(value) ~= "string" or value == "" then return nil end
    return value
end

-- true or false, also as the texts that some services write.
function M.flag(from, path, ...)
    local value = M.get(from, ...)
    if value == nil or value == "" then return false end
    if type(value) == "string" and value:lower() == "true" then return true end
    if type(value) == "string" and value:lower() == "false" then return false end
    if type(value) ~= "boolean" then wrong(value, at(path, (...)), "true or false") end
    return value
end

function M.map(from, path, ...)
    local value = M.get(from, ...)
    if value == nil then return {} end
    if not M.is_map(value) then wrong(value, at(path, (...)), "a map") end
    return value
end

-- A list of maps; an entry may be null, which has no members.
function M.maps(from, path, ...)
    local value = M.get(from, ...)
    if value == nil then return {} end
    local name = at(path, (...))
    if not M.is_list(value) then wrong(value, name, "a list") end
    for index, item in ipairs(value) do
        if item ~= null and not M.is_map(item) then wrong(item, M.nth(name, index), "a map") end
    end
    return value
end

-- Members that are JSON inside a text in some shapes. An empty text is a missing value.
local function parsed(from, path, ...)
    local value = M.get(from, ...)
    if type(value) ~= "string" then return value end
    if value == "" then return nil end
    local inner = parse_json(value)
    if inner == nil then wrong(value, at(path, (...)), "JSON in a text") end
    return inner
end

function M.json_map(from, path, ...)
    return M.map({[(...)] = parsed(from, path, ...)}, path, ...)
end

function M.json_maps(from, path, ...)
    return M.maps({[(...)] = parsed(from, path, ...)}, path, ...)
end

local function number(text, from, to)
    for index = from, to do
        local byte = text:byte(index)
        if not byte or byte < 48 or byte > 57 then return nil end
    end
    return tonumber(text:sub(from, to))
end

local function within(value, low, high)
    return value ~= nil and value >= low and value <= high
end

-- RFC 3339 of a moment, or nil. Times without a zone are UTC.
function M.moment(text)
    local separator = text:sub(5, 5) .. text:sub(8, 8) .. text:sub(14, 14) .. text:sub(17, 17)
    if separator ~= "--::" or text:sub(11, 11) ~= "T" then return nil end
    if not (number(text, 1, 4) and within(number(text, 6, 7), 1, 12) and within(number(text, 9, 10), 1, 31)
            and within(number(text, 12, 13), 0, 23) and within(number(text, 15, 16), 0, 59)
            and within(number(text, 18, 19), 0, 60)) then
        return nil
    end
    local rest = 20
    if text:sub(20, 20) == "." then
        rest = 21
        while rest <= 30 and number(text, rest, rest) do rest = rest + 1 end
        if rest == 21 then return nil end
    end
    local zone = text:sub(rest)
    if zone == "" then return text .. "Z" end
    if zone == "Z" then return text end
    local sign = zone:sub(1, 1)
    if #zone == 6 and (sign == "+" or sign == "-") and zone:sub(4, 4) == ":" and within(number(zone, 2, 3), 0, 23)
        and within(number(zone, 5, 6), 0, 59) then
        return text
    end
    return nil
end

function M.time(from, path, ...)
    local value = M.get(from, ...)
    if value == nil or value == "" then return nil end
    local moment = type(value) == "string" and M.moment(value)
    if not moment then wrong(value, at(path, (...)), "a time") end
    return moment
end

-- Where a payload keeps what is in it: a wrapper's member, and the path there; the payload itself when it has none.
local function inside(raw, path)
    if M.is_list(raw) then return raw, path end
    for _, wrapper in ipairs {"body", "value", "records"} do
        local value = M.get(raw, wrapper)
        if type(value) == "table" and (wrapper == "body" or M.is_list(value)) then return value, at(path, wrapper) end
    end
    return nil, path
end

local function unwrap(raw, path, found, depth)
    if type(raw) ~= "table" or depth > 4 then return found end
    local inner, inner_path = inside(raw, path)
    if inner == nil then
        table.insert(found, {value = raw, path = path})
    elseif M.is_list(inner) then
        for index, item in ipairs(inner) do unwrap(item, M.nth(inner_path, index), found, depth + 1) end
    else
        unwrap(inner, inner_path, found, depth + 1)
    end
    return found
end

-- What is in a payload, one by one: a list, or one wrapped as services and connectors wrap it, or a single thing.
-- List of {value (a map), path}.
function M.items(raw)
    return unwrap(raw, "", {}, 1)
end

-- `test` holds for at least one item of the payload.
function M.any(raw, test)
    for _, item in ipairs(M.items(raw)) do
        if test(item.value) then return true end
    end
    return false
end

-- read(item, path) of every item for which `test` holds; the others are no alerts and are skipped.
function M.each(raw, test, read)
    local records = {}
    for _, item in ipairs(M.items(raw)) do
        if test(item.value) then table.insert(records, read(item.value, item.path)) end
    end
    return list(records)
end

-- Ids -------------------------------------------------------------------------------------------------------------

function M.is_guid(text)
    if #text ~= 36 then return false end
    for index = 1, 36 do
        local byte = text:byte(index)
        local dash = index == 9 or index == 14 or index == 19 or index == 24
        local hex = byte >= 48 and byte <= 57 or byte >= 97 and byte <= 102 or byte >= 65 and byte <= 70
        if dash and byte ~= 45 or not dash and not hex then return false end
    end
    return true
end

-- The fixed words of a resource id, as Azure writes them; some services send them in upper or lower case.
local words = {}
for _, word in ipairs {"subscriptions", "resourceGroups", "providers", "Microsoft.KeyVault", "vaults", "managedHSMs",
    "Microsoft.Compute", "virtualMachines", "virtualMachineScaleSets", "Microsoft.Automation", "automationAccounts",
    "Microsoft.ContainerService", "managedClusters", "Microsoft.Storage", "storageAccounts"} do
    words[word:lower()] = word
end

local function plain(segment)
    if segment == "" or segment == "." or segment == ".." then return false end
    for index = 1, #segment do
        local byte = segment:byte(index)
        if byte <= 32 or byte == 127 or byte == 35 or byte == 37 or byte == 63 then return false end -- # % ?
    end
    return true
end

-- {id, type, name, group, subscription} of a resource, resource group or subscription; nil when it is none.
function M.resource(id)
    if #id > 2048 or id:sub(1, 1) ~= "/" then return nil end
    if id:sub(-1) == "/" then id = id:sub(1, -2) end
    local parts = text.split(id:sub(2), "/")
    local count = #parts
    if count < 2 or count % 2 ~= 0 then return nil end
    local fixed = {}
    for index, part in ipairs(parts) do
        if not plain(part) then return nil end
        -- Names stay as they are: only every other segment is a word, and the namespace behind providers.
        local word = index % 2 == 1 or (fixed[index - 1] == "providers")
        fixed[index] = word and words[part:lower()] or part
    end
    if fixed[1] ~= "subscriptions" or not M.is_guid(fixed[2]) then return nil end
    local found = {id = "/" .. table.concat(fixed, "/"), subscription = fixed[2], name = fixed[count]}
    if fixed[3] == "resourceGroups" then found.group = fixed[4] end
    local kind
    for index, part in ipairs(fixed) do
        if index % 2 == 1 and part == "providers" then kind = fixed[index + 1]
        elseif index % 2 == 1 and kind then kind = kind .. "/" .. part
        end
    end
    found.type = kind or (found.group and "Microsoft.Resources/resourceGroups" or "Microsoft.Resources/subscriptions")
    return found
end

-- What stands behind a word of a portal address: M.behind(uri, "alertId").
function M.behind(uri, word)
    if not uri or #uri > 4096 then return nil end
    local parts = text.split(uri, "/")
    for index, part in ipairs(parts) do
        if part:lower() == word:lower() then
            local value = parts[index + 1]
            return value and plain(value) and value or nil
        end
    end
    return nil
end

return M
