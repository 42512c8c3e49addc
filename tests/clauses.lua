-- Every clause of every catalogue that is not optional and asks for something (who is not "-") is carried out: its id
-- stands, literally, at a step of a shipped playbook of that procedure, or of one without a procedure of its own that it
-- calls. usage: lua clauses.lua ROOT [CATALOGUE…]
local root, chosen = arg[1], {}
for i = 2, #arg do chosen[arg[i]] = true end

local function lines_of(path)
    local file = assert(io.open(path))
    local lines = {}
    for line in file:lines() do lines[#lines + 1] = line end
    file:close()
    return lines
end

local function files(...)
    local found = {}
    for _, pattern in ipairs {...} do
        local pipe = assert(io.popen("ls '" .. root .. "'/" .. pattern .. " 2>/dev/null"))
        for path in pipe:lines() do found[#found + 1] = path end
        pipe:close()
    end
    return found
end

-- The ids that stand behind `clause:` (YAML, on one line or several) or `clause =` (Lua).
local cited = {}
for _, path in ipairs(files("playbooks/*.yaml", "playbooks/*.lua")) do
    local open = false
    for _, line in ipairs(lines_of(path)) do
        local rest = line:match("^%s*clause%s*[:=]%s*(.*)$") or open and line or nil
        if rest then
            for id in rest:gmatch("[%u][%u%d]*%-[%w%-]+") do cited[id] = path end
            open = (open or rest:find("[%[{]") ~= nil) and rest:find("[%]}]") == nil
        end
    end
end

local missing, known = 0, {}
for _, path in ipairs(files "playbooks/procedures/*.yaml") do
    local clause, in_clauses, counts
    local function finish()
        if counts and clause and clause.who ~= "-" and not clause.optional and not cited[clause.id] then
            print(path:match("[^/]+$") .. ": no step carries out " .. clause.id)
            missing = missing + 1
        end
    end
    counts = #arg == 1 or chosen[path:match("([^/]+)%.yaml$")]
    for _, line in ipairs(lines_of(path)) do
        in_clauses = in_clauses or line == "clauses:"
        local id = in_clauses and line:match("^  %- id: ([%w%-]+)$")
        if id then
            finish()
            clause = {id = id}
            known[id] = true
        elseif clause then
            clause.who = line:match('^    who: "?([^"]+)"?$') or clause.who
            clause.optional = clause.optional or line:match("^    optional: true$") ~= nil
        end
    end
    finish()
end
for id, path in pairs(cited) do
    if not known[id] then
        print(path:match("[^/]+$") .. ": no catalogue has " .. id)
        missing = missing + 1
    end
end
os.exit(missing == 0)
