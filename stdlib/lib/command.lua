-- Commands that are run on a virtual machine through its agent, with all rights there. Each is a resource of the machine,
-- which keeps what was run, when, how it ended and what it printed (the last 4,096 bytes): so whether it was run can be
-- seen, and one that is sent again is not run again. It counts as a change, although it only looks, and there is nothing
-- of it to be undone. A script is text of ours, never of an alert; what it prints is of a machine that may be in the
-- wrong hands.
local arm = use "arm"
local machine = use "machine"
local operation = use "arm_operation"

local command = {}

local longest_seconds = 600

command.params = {
    machine = {type = "id", help = "resource id of the virtual machine"},
    since = {type = "time", optional = true,
        help = "in place when run later than this; default: the end of the alert, else an hour ago"},
}

command.permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/runCommands/read",
    "Microsoft.Compute/virtualMachines/runCommands/write", "Microsoft.Compute/virtualMachines/runCommands/delete"}

command.state = {
    ran = "time?", exit = {type = "int", optional = true, help = "0: it came to a good end"}, script = "string?",
}

local function url(p, name)
    return machine.action(p.machine .. "/runCommands", name)
end

local function body(region, script)
    return {location = region, properties = {source = {script = script}, asyncExecution = false,
        timeoutInSeconds = longest_seconds, treatFailureAsDeploymentFailure = false}}
end

function command.target(name)
    return function(p) return url(p, name) end
end

-- What was run there under this name, and how it ended; `wanted` is the script that this machine is given.
function command.observe(name, scripts)
    return function(p, read)
        local raw = machine.read(p.machine, read)
        if not raw then error("the machine is not there", 0) end
        local there = operation.settled(read, url(p, name) .. "&$expand=instanceView")
        local has = there and there.properties or {}
        local view = has.instanceView or {}
        return {ran = view.startTime or null, exit = view.exitCode or null, script = (has.source or {}).script or null,
            output = view.output, found = there ~= nil, region = raw.location, power = machine.power(raw),
            wanted = text.same(machine.os(raw), "Windows") and scripts.windows or scripts.linux}
    end
end

function command.plan(p, before)
    if before.exit == 0 and before.script == before.wanted
        and not time.before(before.ran, arm.since(p.since)) then
        return before
    end
    if before.power ~= "running" then refuse("the machine is not running: nobody can look into it") end
    return {ran = now(), exit = 0, script = before.wanted}
end

-- The service runs the same content only once: what is there from before goes first.
function command.apply(name)
    return function(p, before, desired, write)
        if before.found then operation.delete(write, url(p, name)) end
        operation.put(write, url(p, name), body(before.region, desired.script))
    end
end

command.undo = irreversible "kept as evidence: what was run there, and what it printed"

-- The lines that it printed, without empty ones; nil before it was run.
function command.lines(after)
    if not after or not after.output then return nil end
    local lines = list {}
    for _, line in ipairs(text.lines(after.output)) do
        if text.trim(line) ~= "" then table.insert(lines, text.trim(line)) end
    end
    return lines
end

return command
