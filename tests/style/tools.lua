-- What other programs judge: clang-format for all C, luacheck for all Lua. Missing ones are said, never passed over.
local source = require "source"
local tools = {}

local function is_installed(program)
    return os.execute(("command -v %s >/dev/null 2>&1"):format(program)) == true
end

local function run(root, command, names, pattern, report)
    if #names == 0 then
        return
    end
    local pipe = assert(io.popen(("cd '%s' && %s %s 2>&1"):format(root, command, table.concat(names, " "))))
    for line in pipe:lines() do
        local name, number, message = line:match(pattern)
        if name then
            report(name, tonumber(number), message)
        end
    end
    local ok = pipe:close()
    if not ok then
        report(command:match("%S+"), 0, "found fault")
    end
end

local function all(root, folders, ...)
    local names = {}
    for _, folder in ipairs(folders) do
        for _, name in ipairs(source.list(root, folder, ...)) do
            names[#names + 1] = name
        end
    end
    return names
end

function tools.format(root, report, skip)
    if not is_installed("clang-format") then
        return skip("clang-format is not installed")
    end
    run(root, "clang-format --dry-run --Werror", all(root, { "interp", "tests" }, ".c", ".h"),
        "^([^:]+):(%d+):%d+: error: (.*)$", report)
end

function tools.luacheck(root, report, skip)
    if not is_installed("luacheck") then
        return skip("luacheck is not installed")
    end
    run(root, "luacheck --no-color --codes --formatter plain", all(root, { "stdlib", "playbooks", "examples", "tests" }, ".lua"),
        "^([^:]+):(%d+):%d+: (.*)$", report)
end

return tools
