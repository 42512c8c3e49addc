-- Long-running operations of Resource Manager. The first answer to a change is only a receipt: it names where its
-- progress can be read, and the change is through when that says so. Every primitive that makes such a change sends it
-- by these functions. They give what the service gives in the end: the resource after PUT and PATCH, a result or nil
-- after POST, nil after DELETE. A change that was held back has no receipt, so nothing is waited for.
local operation = {}

local longest_ms, pause_ms, usual_ms = 45 * 60 * 1000, 10 * 60 * 1000, 5000

-- A service that asks for patience says how many seconds; some say milliseconds.
local function pause(headers)
    local ms = tonumber(headers["retry-after-ms"] or headers["x-ms-retry-after-ms"])
    local seconds = tonumber(headers["retry-after"])
    if not ms and seconds then ms = seconds * 1000 end
    if not ms or ms <= 0 then return usual_ms end
    return math.min(ms, pause_ms)
end

local function word(status)
    return text.lower(tostring(status or "succeeded"))
end

local function running(status)
    local now = word(status)
    return now ~= "succeeded" and now ~= "failed" and now ~= "canceled" and now ~= "cancelled"
end

local function check(what, body, status)
    if word(status) == "succeeded" then return end
    local problem = type(body) == "table" and type(body.error) == "table" and body.error or {}
    error(what .. " ended as " .. tostring(status) .. (problem.code and (" " .. problem.code) or "")
        .. (problem.message and (": " .. problem.message) or ""), 0)
end

-- Asks until it is over. `step` gives: over?, headers of the answer. It asks at once, then as often as it is told to.
local function wait(handle, what, step)
    local waited = 0
    while true do
        local over, headers = step()
        if over then return end
        if waited >= longest_ms then error(what .. " is still under way after " .. longest_ms // 60000 .. " minutes", 0) end
        local ms = pause(headers)
        handle:sleep(ms)
        waited = waited + ms
    end
end

local function by_status(write, what, link)
    wait(write, what, function()
        local body, info = write:poll(link)
        if type(body) ~= "table" then error(what .. ": its status is gone", 0) end
        if running(body.status) then return false, info.headers end
        check(what, body, body.status)
        return true
    end)
end

-- The answer is 202 as long as it lasts, and then the result. The address may change on the way.
local function by_location(write, what, link)
    local result
    wait(write, what, function()
        local body, info = write:poll(link)
        if info.status == 202 then
            link = info.headers["location"] or link
            return false, info.headers
        end
        result = body
        return true
    end)
    return result
end

--- operation.settled(read, url) → the resource, once nobody is changing it any more; nil when it is not there
function operation.settled(read, url)
    local resource
    wait(read, url, function()
        local body, info = read:poll(url)
        resource = body
        local state = body and body.properties and body.properties.provisioningState
        return not state or not running(state), info.headers
    end)
    return resource
end

local function by_resource(write, what, url)
    local resource = operation.settled(write, url)
    local properties = resource and resource.properties or {}
    check(what, {error = properties.error}, properties.provisioningState)
    return resource
end

-- Every answer of a service says when it was, or which it was.
local function was_sent(headers)
    return headers["date"] ~= nil or headers["x-ms-request-id"] ~= nil
end

local function finish(write, method, url, body, info)
    local headers = info.headers
    if not was_sent(headers) then return nil end
    local what = method .. " " .. text.split(url, "?")[1]
    local status, location = headers["azure-asyncoperation"], headers["location"]
    local replaces = method == "PUT" or method == "PATCH"
    if status then
        by_status(write, what, status)
        if replaces then return write:get(url) end
        if method == "POST" and location then return by_location(write, what, location) end
        return nil
    end
    if location and info.status ~= 200 then
        local result = by_location(write, what, location)
        if replaces then return write:get(url) end
        return result
    end
    if replaces then return by_resource(write, what, url) end
    return body
end

--- operation.put(write, url, body, options), operation.patch, operation.post → what is there in the end
function operation.put(write, url, body, options)
    return finish(write, "PUT", url, write:put(url, body, options))
end

function operation.patch(write, url, body, options)
    return finish(write, "PATCH", url, write:patch(url, body, options))
end

function operation.post(write, url, body, options)
    return finish(write, "POST", url, write:post(url, body, options))
end

--- operation.query(read, url, body, options) → what a POST that only reads finds out in the end
function operation.query(read, url, body, options)
    local found, info = read:query(url, body, options)
    local location = info.headers["location"]
    if info.status ~= 202 or not location then return found end
    return by_location(read, "POST " .. text.split(url, "?")[1], location)
end

--- operation.delete(write, url, options); 404 is fine
function operation.delete(write, url, options)
    finish(write, "DELETE", url, write:delete(url, options))
end

return operation
