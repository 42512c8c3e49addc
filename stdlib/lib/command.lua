-- Commands that are run on a virtual machine through its agent, with all rights there. The service says "succeeded" also
-- where a script failed, so every script ends with a line that says how it ended, and only that is believed.
local machine = use "machine"
local operation = use "arm_operation"

local command = {}

-- Linux gives standard output between two marks, Windows as an entry of its own.
local function output_of(answer)
    for _, one in ipairs(answer and answer.value or {}) do
        local message = one.message or ""
        if text.contains(one.code or "", "StdOut") then return message end
        local parts = text.split(message, "[stdout]\n")
        if #parts > 1 then return text.split(parts[2], "\n[stderr]")[1] end
    end
    return ""
end

-- The lines that a script printed; nil where it was held back. `script` is text of ours, never of an alert.
function command.run(id, os, script, write)
    local windows = text.same(os, "Windows")
    local body = {commandId = windows and "RunPowerShellScript" or "RunShellScript", script = script}
    local answer = operation.post(write, machine.action(id, "runCommand"), body,
        {resource = id, becomes = {properties = {lastCommand = body.commandId}}})
    if answer == nil then return nil end
    local lines = text.lines(output_of(answer))
    local ended
    for _, line in ipairs(lines) do
        if text.starts(line, "exit ") then ended = text.trim(line) end
    end
    if ended ~= "exit 0" then error("the command did not come to a good end: " .. (ended or "its last line is missing"), 0) end
    return lines
end

return command
