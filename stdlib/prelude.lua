-- What the handles of primitives can do, and what the functions that a primitive leaves out do by default.
-- The core gives this file alone the means to wait: core.yield(kind, payload).
local core = ...

local max_pages = 400

local function kind_of(status)
    return status // 100
end

-- The service's own words in an error body, whatever its envelope.
local function words(body)
    if type(body) ~= "table" then return "" end
    local inner = body.error
    if type(inner) == "table" then
        local code, message = inner.code, inner.message
        local deeper = inner.innererror or inner.innerError
        if type(deeper) == "table" and type(deeper.code) == "string" then code = deeper.code end
        return (type(code) == "string" and (" " .. code) or "") .. (type(message) == "string" and (": " .. message) or "")
    end
    if type(inner) == "string" then
        return " " .. inner .. (type(body.error_description) == "string" and (": " .. body.error_description) or "")
    end
    if type(body.message) ~= "string" then return "" end
    return (type(body.code) == "string" and (" " .. body.code .. ":") or "") .. " " .. body.message
end

local function refuse(request, response)
    if response.status == 0 then
        core.fail(request.method .. " " .. core.shown(request.url) .. ": " .. (response.failure or "no answer"))
    end
    local what = response.body == nil and kind_of(response.status) == 2 and " without content" or words(response.body)
    core.fail(request.method .. " " .. core.shown(request.url) .. " was answered " .. response.status .. what, response.status)
end

-- Body of a good answer; nil where the resource is not there, false where the identity may not, and that is an answer.
-- Neither accepted (202) nor an answer without content is one to a question: what is not ready yet, or was lost on the
-- way, would pass for what is not there. A text may be empty.
local function checked(request, response)
    local told = request.method ~= "GET" or request.underway
        or response.status ~= 202 and (response.body ~= nil or request.headers and request.headers.Accept)
    if kind_of(response.status) == 2 and told then return response.body end
    if response.status == 404 and request.absent_ok then return nil end
    if response.status == 403 and request.denied_ok then return false end
    return refuse(request, response)
end

-- "bodies": of the answer only status and body; else its headers too.
local function send(request, kind)
    local response = core.yield(kind or "requests", {request})[1]
    return checked(request, response), {status = response.status, headers = response.headers or map {}}
end

local known_options = {headers = true, resource = true, becomes = true, list = true, secret = true, denied_ok = true}

local function options_of(request, options)
    for name, value in pairs(options or {}) do
        if not known_options[name] then
            error("a request has no option '" .. name .. "'", 3)
        end
        request[name] = value
    end
    return request
end

local reader, writer = {}, {}

--- read:get(url, options) → body, or nil when it is not there (404); with denied_ok false where one may not (403)
function reader:get(url, options)
    return (send(options_of({method = "GET", url = url, absent_ok = true}, options), "bodies"))
end

--- read:poll(url, options) → as get, and info {status, headers}: for what is under way
function reader:poll(url, options)
    return send(options_of({method = "GET", url = url, absent_ok = true, underway = true}, options))
end

--- read:query(url, body, options) → body of a POST that only reads, and info {status, headers}
function reader:query(url, body, options)
    return send(options_of({method = "POST", url = url, body = body}, options))
end

local function request_of(item)
    if item.kind == "get" or item.kind == "list" then
        return options_of({method = "GET", url = item.url, absent_ok = true}, item.options)
    elseif item.kind == "query" then
        return options_of({method = "POST", url = item.url, body = item.body}, item.options)
    end
    error("read:all takes \"get\", \"list\" and \"query\", not \"" .. tostring(item.kind) .. "\"", 4)
end

-- Adds a page to what an item has; returns the next page's URL.
local function take_page(item, body)
    item.pages = (item.pages or 0) + 1
    if not body and item.all then error("a page of a list is not there, and the others were", 0) end
    if not body then item.all = body return nil end
    if type(body.value) ~= "table" then error("the answer to " .. core.shown(item.url) .. " is no list", 0) end
    item.all = item.all or list {}
    for _, entry in ipairs(body.value) do item.all[#item.all + 1] = entry end
    local link = body.nextLink or body["@odata.nextLink"]
    if link == nil or link == "" or link == null then return nil end
    item.seen = item.seen or {}
    if item.seen[link] then error("a list leads back to a page that was read already", 0) end
    item.seen[link] = true
    if item.pages >= max_pages then error("a list has more than " .. max_pages .. " pages", 0) end
    return link
end

--- read:all {{"get", url}, {"list", url}, {"query", url, body}, …} → the answers, asked side by side
function reader:all(wishes)
    local results, pending = {}, {}
    for i, wish in ipairs(wishes) do
        local query = wish[1] == "query"
        pending[i] = {index = i, kind = wish[1], url = wish[2], body = query and wish[3] or nil,
            options = query and wish[4] or (not query and wish[3]) or nil}
    end
    while #pending > 0 do
        local requests, later = {}, {}
        for k, item in ipairs(pending) do requests[k] = request_of(item) end
        local responses = core.yield("bodies", requests)
        for k, item in ipairs(pending) do
            local body = checked(requests[k], responses[k])
            if item.kind ~= "list" then
                results[item.index] = body
            else
                item.url = take_page(item, body)
                results[item.index] = item.all
                if item.url ~= nil then later[#later + 1] = item end
            end
        end
        pending = later
    end
    return results
end

--- read:list(url, options) → every item of every page, or nil when it is not there (404)
function reader:list(url, options)
    return self:all({{"list", url, options}})[1]
end

--- read:note(text) writes evidence to the trail
function reader:note(words_to_keep)
    core.yield("note", words_to_keep)
end

--- read:sleep(ms) waits
function reader:sleep(ms)
    core.yield("sleep", ms)
end

for name, method in pairs(reader) do writer[name] = method end

local function change(method, absent_ok)
    return function(_, url, body, options)
        return send(options_of({method = method, url = url, body = body, absent_ok = absent_ok}, options))
    end
end

--- write:put(url, body, options), write:patch, write:post → body (or nil), info {status, headers}
writer.put, writer.patch, writer.post = change("PUT"), change("PATCH"), change("POST")

local delete = change("DELETE", true)
--- write:delete(url, options) → body (or nil), info; 404 is fine
function writer:delete(url, options)
    return delete(self, url, nil, options)
end

local default = {}

function default.observe(declared, p, read)
    return read:get(declared.target(p))
end

local function make(declared, p, before, desired, write, restores)
    local url = declared.target(p, before)
    if desired == nil then
        write:delete(url)
    elseif before == nil then
        write:put(url, desired)
    else
        local patch = core.patch(before, desired, restores)
        if patch ~= nil then write:patch(url, patch) end
    end
end

default.apply = make

function default.undo(declared, p, before, after, write)
    make(declared, p, after, before, write, true)
end

function default.verify(declared, p, after)
    local desired = declared.plan(p, after)
    if desired == nil then return after == nil end
    return after ~= nil and core.patch(after, desired) == nil
end

return {reader = core.lock(reader), writer = core.lock(writer), observe = default.observe, apply = default.apply,
    undo = default.undo, verify = default.verify}
