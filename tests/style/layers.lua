-- interp/LAYERS holds: includes only as its rows allow, no cycles, and each outside thing behind its one door.
local source = require "source"
local layers = {}

local function parse(root)
    local rules = { rows = {}, doors = {}, order = {} }
    for _, line in ipairs(source.lines(source.read(root, "interp/LAYERS"))) do
        local kind, first, rest = line:match("^(%l+)%s+(%S+)%s*(.*)$")
        if kind == "layer" then
            rules.order[#rules.order + 1] = first
            rules.rows[first] = {}
            for below in rest:gmatch("%S+") do
                rules.rows[first][below] = true
            end
        elseif kind == "door" or kind == "call" then
            for what in first:gmatch("[^,]+") do
                rules.doors[#rules.doors + 1] = { kind = kind, what = what, place = rest }
            end
        end
    end
    return rules
end

-- Rows may name only layers that stand above them: then no two folders can need each other.
local function check_rows(rules, report)
    local seen = {}
    for _, layer in ipairs(rules.order) do
        for below in pairs(rules.rows[layer]) do
            if not seen[below] then
                report("interp/LAYERS", 1, ("layer %s includes %s, which is not below it"):format(layer, below))
            end
        end
        seen[layer] = true
    end
end

local function is_inside(name, place)
    local path = name:gsub("^interp/", "")
    return place:sub(-1) == "/" and path:sub(1, #place) == place or path == place
end

local function check_include(root, rules, name, number, line, report)
    local layer = source.place(name)
    local own = line:match('^%s*#%s*include%s+"([^"]+)"')
    local outside = line:match("^%s*#%s*include%s+(<[^>]+>)")
    if own then
        local below = own:match("^([^/]+)/")
        local file = io.open(root .. "/interp/" .. own)
        if not file then
            report(name, number, ("%s is not found below interp/"):format(own))
        elseif below ~= layer and not (rules.rows[layer] or {})[below] then
            report(name, number, ("layer %s may not include %s"):format(layer, own))
        end
        if file then
            file:close()
        end
    elseif outside then
        for _, door in ipairs(rules.doors) do
            if door.kind == "door" and outside:sub(1, #door.what) == door.what and not is_inside(name, door.place) then
                report(name, number, ("%s belongs behind the door %s"):format(outside, door.place))
            end
        end
    end
    return own
end

local function check_calls(rules, name, text, report)
    for number, line in ipairs(source.lines(source.code(text))) do
        for _, door in ipairs(rules.doors) do
            local at = door.kind == "call" and not is_inside(name, door.place)
                and line:find("%f[%w_]" .. door.what .. "%f[^%w_]%s*%(")
            local before = at and line:sub(1, at - 1)
            if at and not before:find("%.$") and not before:find("%->$") then
                report(name, number, ("%s() is called behind the door %s only"):format(door.what, door.place))
            end
        end
    end
end

-- Headers that include one another in a ring.
local function check_rings(graph, report)
    local state = {}
    local function visit(name)
        state[name] = "open"
        for _, next_name in ipairs(graph[name] or {}) do
            if state[next_name] == "open" then
                report(name, 1, ("includes %s, which includes it in turn"):format(next_name))
            elseif not state[next_name] then
                visit(next_name)
            end
        end
        state[name] = "done"
    end
    local names = {}
    for name in pairs(graph) do
        names[#names + 1] = name
    end
    table.sort(names)
    for _, name in ipairs(names) do
        if not state[name] then
            visit(name)
        end
    end
end

function layers.check(root, report)
    local rules, graph = parse(root), {}
    check_rows(rules, report)
    for _, name in ipairs(source.list(root, "interp", ".c", ".h")) do
        local text, layer = source.read(root, name), source.place(name)
        graph[name] = {}
        if not rules.rows[layer] then
            report(name, 1, "its folder is no layer of interp/LAYERS")
        end
        for number, line in ipairs(source.lines(source.code(text, true))) do
            local own = check_include(root, rules, name, number, line, report)
            table.insert(graph[name], own and "interp/" .. own or nil)
        end
        check_calls(rules, name, text, report)
    end
    check_rings(graph, report)
end

return layers
