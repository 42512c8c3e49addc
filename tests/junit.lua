-- Parses the JUnit XML of `playbook test --junit` strictly, as XML 1.0 has it, and prints its elements, indented, with the
-- attributes that a reader goes by. Anything that is not well-formed ends it with an error.
--   lua junit.lua FILE
local file = assert(io.open(arg[1], "rb"))
local xml = file:read("a")
file:close()

local named = {lt = "<", gt = ">", amp = "&", quot = '"', apos = "'"}

local function is_allowed(code)
    return code == 9 or code == 10 or code == 13 or code >= 0x20 and code <= 0xD7FF or code >= 0xE000 and code <= 0xFFFD or
        code >= 0x10000 and code <= 0x10FFFF
end

local function resolve(entity)
    local code = tonumber(entity:match("^#(%d+)$"))
    assert(named[entity] or code and is_allowed(code), "no such entity: &" .. entity .. ";")
    return named[entity] or utf8.char(code)
end

local function unescape(text)
    assert(not text:find("<", 1, true), "a < in text: " .. text)
    assert(not text:gsub("&[^;&]*;", ""):find("&", 1, true), "an & in text: " .. text)
    return (text:gsub("&([^;]*);", resolve))
end

assert(utf8.len(xml), "not UTF-8")
for _, code in utf8.codes(xml) do assert(is_allowed(code), ("a character that XML does not have: U+%04X"):format(code)) end
local declaration, at = xml:match('^(<%?xml version="1.0" encoding="UTF%-8"%?>\n)()')
assert(declaration, "no declaration")

local shown = {"classname", "name", "file", "line", "type", "tests", "failures", "errors", "skipped"}
local open = {}

-- 'a="b" c="d"' of a start tag.
local function attributes(text)
    local found, rest = {}, text:gsub("%s+([%w-]+)=(%b\"\")", "\0%1%2")
    for piece in rest:gmatch("%z([^%z]+)") do
        local name, value = piece:match('^([%w-]+)"(.*)"$')
        assert(name and not found[name], "wrong attributes: " .. text)
        found[name] = unescape(value)
    end
    assert(rest:gsub('%z[%w-]+%b""', "") == "", "wrong attributes: " .. text)
    return found
end

local function begin(name, found)
    assert(#open > 0 or at, "two roots")
    local words = {}
    for _, attribute in ipairs(shown) do
        words[#words + 1] = found[attribute] and attribute .. "=" .. found[attribute]:gsub("%c", "?")
    end
    assert(not found.time or found.time:match("^%d+%.%d%d%d$"), "no time in seconds")
    print(("  "):rep(#open) .. name .. " " .. table.concat(words, " "))
end

local roots = 0
while at <= #xml do
    local text, tag, after = xml:match("^([^<]*)(%b<>)()", at)
    if not text then
        assert(xml:sub(at):match("^%s*$"), "text behind the end")
        break
    end
    text = unescape(text)
    assert(#open > 0 or text:match("^%s*$"), "text outside the root")
    if text:match("%S") then print(("  "):rep(#open) .. text:gsub("%s+$", ""):gsub("\n", "\n" .. ("  "):rep(#open))) end
    local close, name, rest, alone = tag:match("^<(/?)([%w-]+)(.-)(/?)>$")
    assert(name, "no tag: " .. tag)
    if close == "/" then
        assert(table.remove(open) == name, "closed otherwise than opened: " .. tag)
    else
        roots = roots + (#open == 0 and 1 or 0)
        begin(name, attributes(rest))
        if alone == "" then open[#open + 1] = name end
    end
    at = after
end
assert(#open == 0 and roots == 1, "not one root, or it is not closed")
