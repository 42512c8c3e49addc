-- Defender for Endpoint: the machines that carry its agent, and what is done to them there. An action is only ordered by
-- the first answer; whether it was carried out is read where it is kept.
local endpoint = {}

local most_ms, each_ms = 10 * 60 * 1000, 1000

function endpoint.machine(id)
    return uri("endpoint:/machines/{id}", {id = id})
end

-- Those whose name begins so: a machine's own name is the first part of the one by which it is known here.
function endpoint.named(name)
    return uri("endpoint:/machines?$filter={filter}",
        {filter = odata("startswith(computerDnsName,{name})", {name = name})})
end

function endpoint.software(id)
    return uri("endpoint:/machines/{id}/software", {id = id})
end

function endpoint.actions(id)
    return uri("endpoint:/machineactions?$filter={filter}", {filter = odata("machineId eq {id}", {id = id})})
end

function endpoint.action(id)
    return uri("endpoint:/machineactions/{id}", {id = id})
end

function endpoint.verb(id, verb)
    return uri("endpoint:/machines/{id}/{verb}", {id = id, verb = verb})
end

-- The subscription of a machine that is none of this response's business, because the profile does not reach it.
function endpoint.outside(raw)
    local where = raw.vmMetadata and raw.vmMetadata.subscriptionId
    if not where then return nil end
    for _, subscription in ipairs(profile "scope" or {}) do
        if text.same(subscription, where) then return nil end
    end
    return where
end

-- What a machine is in Azure: by this id the policy may protect it.
function endpoint.resource(raw)
    return raw.vmMetadata and raw.vmMetadata.resourceId
end

endpoint.params = {
    machine = {type = "string", help = "id of the machine in Defender for Endpoint"},
    comment = {type = "string", default = "Response to a security alert", help = "why; it is kept with the action"},
}

endpoint.returns = {
    isolated = {type = "bool", help = "is it isolated, or ordered to be?"},
    waiting = {type = "bool", help = "the order waits until the machine is heard again"},
}

endpoint.state = {isolated = "bool"}

function endpoint.result(_, _, after)
    return {isolated = after ~= nil and after.isolated, waiting = after ~= nil and after.waiting == true}
end

function endpoint.target(p)
    return endpoint.machine(p.machine)
end

function endpoint.observe(p, read)
    local answers = read:all {{"get", endpoint.machine(p.machine)}, {"list", endpoint.actions(p.machine)}}
    if not answers[1] then return nil end
    local standing = endpoint.standing(answers[2])
    return {isolated = standing.isolated, waiting = standing.waiting, outside = endpoint.outside(answers[1]),
        resource = endpoint.resource(answers[1])}
end

-- What should be true: isolated, or not.
function endpoint.plan(isolated)
    return function(_, before)
        if not before then return nil end
        if before.outside then
            refuse("the machine is of the subscription " .. before.outside .. ", which the profile does not reach")
        end
        return {isolated = isolated}
    end
end

function endpoint.set(isolated)
    return function(p, _, _, write)
        local order = isolated and {"isolate", {Comment = p.comment, IsolationType = "Full"}}
            or {"unisolate", {Comment = p.comment}}
        endpoint.follow(endpoint.order(p.machine, order[1], order[2], write), write)
    end
end

local undone = {Failed = true, TimeOut = true, Cancelled = true}

-- Isolation is no field of the machine: the newest action that was not in vain tells. One that the machine has not
-- carried out yet counts as well, or it would be ordered twice; `waiting` says that it is such a one.
function endpoint.standing(actions)
    local newest
    for _, action in ipairs(actions or {}) do
        local counts = (action.type == "Isolate" or action.type == "Unisolate") and not undone[action.status]
        if counts and (not newest or time.before(newest.creationDateTimeUtc, action.creationDateTimeUtc)) then
            newest = action
        end
    end
    return {isolated = newest ~= nil and newest.type == "Isolate", waiting = newest ~= nil and newest.status ~= "Succeeded"}
end

-- The newest order of a scan that was not in vain. A full one looks at what a quick one does, too.
function endpoint.newest_scan(actions, kind)
    local newest
    for _, action in ipairs(actions or {}) do
        local counts = action.type == "RunAntiVirusScan" and not undone[action.status]
            and (action.scope == kind or action.scope == "Full")
        if counts and (not newest or time.before(newest.creationDateTimeUtc, action.creationDateTimeUtc)) then
            newest = action
        end
    end
    return newest
end

-- Orders an action. Its record, or nil where the order was held back.
function endpoint.order(machine, verb, body, write)
    local action, info = write:post(endpoint.verb(machine, verb), body,
        {resource = endpoint.machine(machine), becomes = {lastAction = verb}})
    return info.headers["date"] and action
end

-- Waits until the machine has carried it out, but not for one that is switched off, which may take days.
function endpoint.follow(action, write)
    local waited = 0
    while action and (action.status == "Pending" or action.status == "InProgress") and waited < most_ms do
        write:sleep(each_ms)
        waited = waited + each_ms
        action = write:get(endpoint.action(action.id)) or action
    end
    if action and undone[action.status] then
        error("Defender for Endpoint could not carry out " .. action.type .. ": " .. action.status, 0)
    end
end

return endpoint
