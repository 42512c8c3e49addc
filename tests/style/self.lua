-- lua5.4 tests/style/self.lua: the checks must find exactly the faults that fixture/ holds, and no others.
local here = arg[0]:gsub("[^/]*$", "")
local function read(pipe)
    local lines = {}
    for line in pipe:lines() do
        lines[#lines + 1] = line
    end
    pipe:close()
    return lines
end

local command = ("'%s' '%sstyle.lua' '%sfixture' layers sizes names modes"):format(arg[-1], here, here)
local found = read(assert(io.popen(command)))
local expected = read(assert(io.open(here .. "fixture/expected.txt")))
local failed = false
for i = 1, math.max(#found, #expected) do
    if found[i] ~= expected[i] then
        print(("line %d\n  expected %s\n  found    %s"):format(i, expected[i], found[i]))
        failed = true
    end
end
os.exit(failed and 1 or 0)
