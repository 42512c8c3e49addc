-- Files of at most 400 lines, functions of at most 60, lines of a file that end as text files do.
local source = require "source"
local sizes = {}

local MAX_FILE, MAX_FUNCTION = 400, 60

-- The layout of .clang-format puts the braces of a function, and of nothing else, into the first column.
local function check_functions(name, lines, report)
    local start
    for number, line in ipairs(lines) do
        if line == "{" then
            start = number
        elseif line:match("^}") and start then
            local length = number - start + 1
            if length > MAX_FUNCTION then
                report(name, start, ("a function of %d lines, more than %d"):format(length, MAX_FUNCTION))
            end
            start = nil
        end
    end
end

function sizes.check(root, report)
    for _, folder in ipairs { "interp", "tests", "stdlib" } do
        for _, name in ipairs(source.list(root, folder, ".c", ".h", ".lua")) do
            local text = source.read(root, name)
            local lines = source.lines(text)
            if #lines > MAX_FILE then
                report(name, #lines, ("%d lines, more than %d"):format(#lines, MAX_FILE))
            end
            if text:sub(-1) ~= "\n" then
                report(name, #lines, "the last line has no line feed")
            end
            if name:match("%.[ch]$") then
                check_functions(name, lines, report)
            end
        end
    end
end

return sizes
