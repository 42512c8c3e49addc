-- The facts of one alert, collected from wherever a shape keeps them, and the record that is made of them. Each fact
-- stands once, in the order in which it was found: the first of a plural is the main one.
local kinds = use "alert_kinds"
local intake = use "intake"

local M = {}

local MOST = 256 -- of each plural

function M.new()
    return {ips = {}, resources = {}, tenants = {}, subscriptions = {}, actors = {}, targets = {}, hosts = {},
        warnings = {}, own = {}, seen = {}}
end

function M.warn(facts, message)
    if facts.seen[message] or #facts.warnings >= 32 then return end
    facts.seen[message] = true
    table.insert(facts.warnings, message)
end

-- Text for a message: short, and on one line.
local function shown(text)
    return #text > 60 and text:sub(1, 57) .. "..." or text
end

-- True when this is new; says so once when there is no room.
local function is_new(facts, plural, key)
    key = plural .. " " .. key:lower()
    if facts.seen[key] then return false end
    if #facts[plural] >= MOST then
        if not facts.seen["full " .. plural] then M.warn(facts, "more than " .. MOST .. " " .. plural) end
        facts.seen["full " .. plural] = true
        return false
    end
    facts.seen[key] = true
    return true
end

local function add_guid(facts, plural, value)
    if not value then return end
    if not intake.is_guid(value) then return M.warn(facts, plural .. ": not a GUID: " .. shown(value)) end
    if is_new(facts, plural, value) then table.insert(facts[plural], value) end
end

function M.tenant(facts, value)
    add_guid(facts, "tenants", value)
end

function M.subscription(facts, value)
    add_guid(facts, "subscriptions", value)
end

function M.host(facts, name)
    if name and is_new(facts, "hosts", name) then table.insert(facts.hosts, name) end
end

-- Adds a resource and its subscription; returns the resource, or nil when the id is none.
function M.resource(facts, value)
    if not value then return nil end
    local found = intake.resource(value)
    if not found then
        M.warn(facts, "resources: not the id of a resource: " .. shown(value))
        return nil
    end
    local key = found.id:lower()
    if is_new(facts, "resources", found.id) then table.insert(facts.resources, found) end
    M.subscription(facts, found.subscription)
    for _, known in ipairs(facts.resources) do
        if known.id:lower() == key then return known end
    end
    return nil
end

-- Every address in a text: alone, joined by commas, in brackets, or a JSON list written into a text. A port behind
-- an IPv4 address is dropped.
local function addresses(value)
    if #value > 8192 then value = value:sub(1, 8192) end
    local bytes = {}
    for index = 1, #value do
        local byte = value:byte(index)
        local apart = byte <= 32 or byte == 34 or byte == 39 or byte == 44 or byte == 59 or byte == 91 or byte == 93
        bytes[index] = apart and "," or string.char(byte)
    end
    local found = {}
    for _, word in ipairs(text.split(table.concat(bytes), ",")) do
        local parts = text.split(word, ":")
        if #parts == 2 and net.is_ip(parts[1]) then word = parts[1] end
        if word ~= "" then table.insert(found, word) end
    end
    return found
end

function M.ip(facts, value)
    if not value then return end
    for _, address in ipairs(addresses(value)) do
        if not net.is_ip(address) then
            M.warn(facts, "ips: not an address: " .. shown(address))
        elseif is_new(facts, "ips", address) then
            table.insert(facts.ips, address)
        end
    end
end

-- An address of the machine itself, which is no attacker's.
function M.own_ip(facts, value)
    for _, address in ipairs(value and addresses(value) or {}) do facts.own[address:lower()] = true end
end

local function same_actor(known, actor)
    if known.object_id and actor.object_id then return text.same(known.object_id, actor.object_id) end
    if known.name and actor.name then return text.same(known.name, actor.name) end
    if actor.name or actor.object_id then return false end
    return known.app_id ~= nil and text.same(known.app_id, actor.app_id)
end

-- Adds an actor, or completes one that is the same: by object id, else by name.
function M.actor(facts, actor)
    if actor.object_id and not intake.is_guid(actor.object_id) then
        M.warn(facts, "actors: not a GUID: " .. shown(actor.object_id))
        actor.object_id = nil
    end
    if actor.app_id and not intake.is_guid(actor.app_id) then
        M.warn(facts, "actors: not a GUID: " .. shown(actor.app_id))
        actor.app_id = nil
    end
    if not (actor.name or actor.object_id or actor.app_id) then return end
    if actor.name and not actor.kind and text.contains(shown(actor.name), "@") then actor.kind = "user" end
    for _, known in ipairs(facts.actors) do
        if same_actor(known, actor) then
            for _, part in ipairs {"name", "object_id", "app_id", "kind"} do
                known[part] = known[part] or actor[part]
            end
            return
        end
    end
    if #facts.actors < MOST then table.insert(facts.actors, actor) end
end

-- An application that was used: it completes the main actor, else it is an actor of its own.
function M.application(facts, app_id)
    if not app_id then return end
    for _, known in ipairs(facts.actors) do
        if known.app_id and known.app_id:lower() == app_id:lower() then return end
    end
    local main = facts.actors[1]
    if main and not main.app_id and intake.is_guid(app_id) then
        main.app_id = app_id
    else
        M.actor(facts, {app_id = app_id, kind = "application"})
    end
end

local object_kinds = {secrets = "secret", keys = "key", certificates = "certificate"}

-- Adds an object of a vault by its address, https://VAULT.vault.azure.net/secrets/NAME[/VERSION], or the vault itself.
local function vault_target(facts, address, time)
    if #address > 2048 or address:sub(1, 8):lower() ~= "https://" then
        return M.warn(facts, "targets: not the address of an object: " .. shown(address))
    end
    local parts = text.split(address:sub(9), "/")
    if parts[#parts] == "" then table.remove(parts) end
    local kind = parts[2] and object_kinds[parts[2]:lower()]
    local target
    if #parts == 1 then
        target = {kind = "vault", name = text.split(parts[1], ".")[1], id = address}
    elseif kind and (#parts == 3 or #parts == 4) then
        target = {kind = kind, name = parts[3], version = parts[4], id = address}
    else
        return -- an address of something else, such as the list of all secrets
    end
    target.time = time
    if is_new(facts, "targets", table.concat(parts, "/")) then
        table.insert(facts.targets, target)
    else
        for _, known in ipairs(facts.targets) do
            if known.id:lower() == address:lower() then known.time = known.time or time end
        end
    end
end

-- One address, or several in brackets and joined by commas.
function M.targets(facts, value, time)
    if not value then return end
    if #value > 60000 then
        M.warn(facts, "targets: more than can be read")
        value = value:sub(1, 60000)
    end
    if value:sub(1, 1) == "[" then value = value:sub(2) end
    if value:sub(-1) == "]" then value = value:sub(1, -2) end
    for _, address in ipairs(text.split(value, ",")) do
        address = text.trim(address)
        if address ~= "" then vault_target(facts, address, time) end
    end
end

function M.domain(facts, name)
    if name and is_new(facts, "targets", name) then
        table.insert(facts.targets, {kind = "domain", name = name, id = name})
    end
end

-- Made for a test, and no threat.
local function is_simulated(given)
    local code, title = (given.type or ""):lower(), (given.title or ""):sub(1, 1000):lower()
    return given.simulated == true or code:sub(1, 10) == "simulated_" or code:sub(-5) == "eicar"
        or title:sub(1, 14) == "[sample alert]" or text.contains(title, "(not a threat)")
end

-- The record (DESIGN §5 names its fields). `given` has the single facts: id, type, title, description, severity,
-- confidence, status, event, start, stop, simulated, component, kind, main (id of the main resource), partner,
-- customer, entities, raw; and `thin` where the payload only says that there is an alert, which may lack its id.
function M.record(facts, given)
    if not given.id and not given.thin then
        local path = given.path and given.path ~= "" and given.path .. ".id" or "id"
        wrong(nil, path, "a text that names the alert (else name, systemAlertId or alertUri)")
    end
    local kind, known = kinds.of(given.type, given.component, given.title)
    if given.kind then kind, known = given.kind, known and kind == given.kind end
    if given.type and not known and not given.thin then
        M.warn(facts, "alertType " .. shown(given.type) .. " is not a known type of "
            .. (kind and "the kind " .. kind or "any kind"))
    end
    local ips, actors, targets, ids = {}, {}, {}, {}
    for _, address in ipairs(facts.ips) do
        if not facts.own[address:lower()] then table.insert(ips, address) end
    end
    for _, actor in ipairs(facts.actors) do table.insert(actors, map(actor)) end
    for _, target in ipairs(facts.targets) do table.insert(targets, map(target)) end
    local confidence = given.confidence
    if confidence and confidence:lower() == "unknown" then confidence = nil end
    local main = given.main and M.resource(facts, given.main) or facts.resources[1] or {}
    for _, found in ipairs(facts.resources) do table.insert(ids, found.id) end
    return map {
        id = given.id, kind = kind, type = given.type, title = given.title, description = given.description,
        severity = given.severity, confidence = confidence, status = given.status, event = given.event,
        simulated = is_simulated(given), start = given.start, ["end"] = given.stop,
        tenant = facts.tenants[1], tenants = list(facts.tenants),
        subscription = main.subscription or facts.subscriptions[1], subscriptions = list(facts.subscriptions),
        partner = map(given.partner or {}), customer = map(given.customer or {}),
        resource = map(main), resources = list(ids),
        actor = actors[1] or map {}, actors = list(actors), ip = ips[1], ips = list(ips),
        targets = list(targets), hosts = list(facts.hosts), entities = list(given.entities or {}),
        warnings = list(facts.warnings), raw = given.raw,
    }
end

return M
