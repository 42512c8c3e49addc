-- lua5.4 tests/style/style.lua ROOT CHECK...: prints file:line: message for every violation. Exit 0: none,
-- 1: some, 77: a tool that the check needs is not installed.
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local checks = {
    layers = require "layers".check,
    sizes = require "sizes".check,
    names = require "names".check,
    modes = require "modes".check,
    top = require "top".check,
    format = require "tools".format,
    luacheck = require "tools".luacheck,
}

-- Faults that are known and not yet mended: "check: file", one a line. One that is mended must leave the list.
local function read_known(root)
    local known = {}
    local file = io.open(root .. "/tests/style/known.txt")
    for line in file and file:lines() or function() end do
        if not line:find("^#") then
            known[line] = 0
        end
    end
    if file then
        file:close()
    end
    return known
end

local root, count, skipped = assert(arg[1], "the root of the source tree is wanted"), 0, false
local known = read_known(root)
for i = 2, #arg do
    local name = arg[i]
    local check = assert(checks[name], "no such check: " .. name)
    check(root, function(file, line, message)
        local key = name .. ": " .. file
        if known[key] then
            known[key] = known[key] + 1
            return
        end
        count = count + 1
        print(("%s:%d: %s: %s"):format(file, line, name, message))
    end, function(why)
        skipped = true
        print(("SKIPPED %s: %s"):format(name, why))
    end)
    for key, times in pairs(known) do
        if times == 0 and not skipped and key:sub(1, #name + 1) == name .. ":" then
            count = count + 1
            print(("tests/style/known.txt: %s has no fault any more: take it off the list"):format(key))
        end
    end
end
os.exit(count > 0 and 1 or skipped and 77 or 0)
