-- What a file exports begins with its name (or a leading part of it, or its folder's); no banned functions; a
-- paragraph at the top that says what the file is for and which invariant it keeps.
local source = require "source"
local names = {}

local banned = { "strcpy", "strcat", "stpcpy", "sprintf", "vsprintf", "gets", "atoi", "atol", "atof", "strtok",
                 "localtime", "gmtime", "alloca", "assert", "setjmp", "longjmp" }
local not_functions = { ["if"] = true, ["for"] = true, ["while"] = true, ["switch"] = true, ["return"] = true,
                        ["sizeof"] = true, ["__attribute__"] = true }

-- The name of the file and of its folder, and of every struct or enum that its header defines.
local function prefixes(root, name)
    local folder, stem = source.place(name)
    local out = { stem, folder }
    local header = io.open(("%s/interp/%s/%s.h"):format(root, folder, stem))
    if header then
        for _, line in ipairs(source.lines(source.code(header:read("a")))) do
            out[#out + 1] = line:match("^struct ([%w_]+) {") or line:match("^enum ([%w_]+) {")
        end
        header:close()
    end
    return out
end

local function has_prefix(name, allowed)
    for _, prefix in ipairs(allowed) do
        local part = prefix
        while part do
            if name == part or name:sub(1, #part + 1) == part .. "_" then
                return true
            end
            part = part:match("^(.*)_[^_]*$")
        end
    end
    return false
end

-- Functions that are declared or defined in the first column, unless static. A macro is not a function.
local function exported(code)
    local found = {}
    for number, line in ipairs(source.lines(code)) do
        local head = line:match("^([%a_][%w_%s%*]-)%s*%(")
        local name = head and head:match("([%a_][%w_]*)$")
        local is_definition = head and head:find("[%s%*]" .. "[%a_][%w_]*$")
        if is_definition and not head:find("^static%f[%W]") and not head:find("^typedef%f[%W]")
            and not not_functions[name] and not line:find("=") then
            found[#found + 1] = { name = name, number = number }
        end
    end
    return found
end

local function check_exports(root, name, code, report)
    if name:match("/main%.c$") then
        return
    end
    local allowed = prefixes(root, name)
    for _, found in ipairs(exported(code)) do
        if not has_prefix(found.name, allowed) then
            report(name, found.number, ("%s is exported, but begins neither with %s_ nor with %s_"):format(found.name,
                allowed[1], allowed[2]))
        end
    end
end

local function check_banned(name, code, report)
    for number, line in ipairs(source.lines(code)) do
        for _, word in ipairs(banned) do
            if line:find("%f[%w_]" .. word .. "%f[^%w_]%s*%(") then
                report(name, number, word .. "() is banned")
            end
        end
        if line:find("^%s*typedef%s+struct") then
            report(name, number, "structs are not hidden behind typedef")
        end
    end
end

local function paragraph(text)
    local out = {}
    for _, line in ipairs(source.lines(text)) do
        local comment = line:match("^//(.*)$") or line:match("^%-%-(.*)$")
        if not comment then
            break
        end
        out[#out + 1] = comment
    end
    return table.concat(out, " ")
end

local function check_paragraph(name, text, report)
    local top = paragraph(text)
    if top == "" then
        report(name, 1, "does not begin with a comment that says what it is for")
    elseif name:match("^interp/.*%.c$") and not name:match("^interp/cli/") then -- commands only put parts together
        if not top:find("[Ii]nvariant") then
            report(name, 1, "its first paragraph names no invariant")
        end
    end
end

function names.check(root, report)
    for _, name in ipairs(source.list(root, "interp", ".c", ".h")) do
        local text = source.read(root, name)
        local code = source.code(text)
        check_exports(root, name, code, report)
        check_banned(name, code, report)
        check_paragraph(name, text, report)
        for number, line in ipairs(source.lines(text)) do
            if line:find("TODO", 1, true) or line:find("FIXME", 1, true) then
                report(name, number, "unfinished work is not left in the source")
            end
        end
    end
    for _, folder in ipairs { "tests", "stdlib" } do
        for _, name in ipairs(source.list(root, folder, ".c", ".h", ".lua")) do
            if not name:find("^tests/fixtures/") then
                check_paragraph(name, source.read(root, name), report)
            end
        end
    end
end

return names
