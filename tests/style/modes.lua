-- Only policy/ (the rules) and cli/ (the options) name a mode; everything else is derived from what a phase is handed.
local source = require "source"
local modes = {}

-- In Lua "audit" may be the service's own word (a log's category), so there a comparison with a mode is looked for.
local words = {
    c = { "dry%-run", "dry_run", "dryrun", "MODE_%u", "\"audit\"", "\"live\"" },
    lua = { "dry%-run", "dry_run", "dryrun", "%f[%w_]mode%s*[=~]=" },
}

function modes.check(root, report)
    local files = {}
    for _, folder in ipairs { "interp/vm", "interp/run", "interp/net", "interp/trail", "stdlib" } do
        for _, name in ipairs(source.list(root, folder, ".c", ".h", ".lua")) do
            files[#files + 1] = name
        end
    end
    for _, name in ipairs(files) do
        local text = source.read(root, name)
        local is_lua = name:match("%.lua$")
        local code = is_lua and text:gsub("%-%-[^\n]*", "") or source.code(text, true)
        for number, line in ipairs(source.lines(code)) do
            for _, word in ipairs(is_lua and words.lua or words.c) do
                local found = line:match(word)
                if found then
                    report(name, number, ("names a mode: %s"):format(found))
                end
            end
        end
    end
end

return modes
