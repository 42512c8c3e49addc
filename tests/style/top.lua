-- The top level of the tree holds the folders of the README, a few files and nothing else (but dot files, and what builds
-- leave).
local top = {}

local known = {
    interp = true, playbooks = true, stdlib = true, tests = true, examples = true, ["CMakeLists.txt"] = true,
    ["CMakePresets.json"] = true, ["README.md"] = true, LICENSE = true, ["CHANGELOG.md"] = true,
}

function top.check(root, report)
    local pipe = assert(io.popen(("ls -A '%s'"):format(root)))
    for name in pipe:lines() do
        if not (known[name] or name:find("^%.") or name:find("^build") or name == "out") then
            report(name, 1, "does not belong at the top of the tree")
        end
    end
    pipe:close()
end

return top
