-- Source files as the style checks see them: lists of files, their lines, and their code without comments or texts.
local source = {}

-- Files below root/folder whose names end in one of the endings, sorted, relative to root. Fixtures are not ours.
function source.list(root, folder, ...)
    local found = {}
    local pipe = assert(io.popen(("find '%s/%s' -type f 2>/dev/null"):format(root, folder)))
    for path in pipe:lines() do
        local name = path:sub(#root + 2)
        for _, ending in ipairs { ... } do
            if name:sub(-#ending) == ending and not name:find("style/fixture/", 1, true) then
                found[#found + 1] = name
            end
        end
    end
    pipe:close()
    table.sort(found)
    return found
end

function source.read(root, name)
    local file = assert(io.open(root .. "/" .. name, "rb"))
    local text = file:read("a")
    file:close()
    return text
end

function source.lines(text)
    local lines = {}
    for line in (text:sub(-1) == "\n" and text or text .. "\n"):gmatch("(.-)\n") do
        lines[#lines + 1] = line
    end
    return lines
end

local function blank(text)
    return (text:gsub("[^\n]", " "))
end

-- C with comments blanked, and with the insides of texts blanked too unless `keep_texts`. Lines stay where they are.
function source.code(text, keep_texts)
    local out, at = {}, 1
    while at <= #text do
        local two, one, stop = text:sub(at, at + 1), text:sub(at, at), at
        if two == "//" then
            stop = (text:find("\n", at, true) or #text + 1) - 1
            out[#out + 1] = blank(text:sub(at, stop))
        elseif two == "/*" then
            stop = select(2, text:find("*/", at + 2, true)) or #text
            out[#out + 1] = blank(text:sub(at, stop))
        elseif one == '"' or one == "'" then
            stop = stop + 1
            while stop <= #text and text:sub(stop, stop) ~= one and text:sub(stop, stop) ~= "\n" do
                stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
            end
            out[#out + 1] = keep_texts and text:sub(at, stop) or one .. blank(text:sub(at + 1, stop - 1)) .. one
        else
            stop = (text:find("[/\"']", at + 1) or #text + 1) - 1
            out[#out + 1] = text:sub(at, stop)
        end
        at = stop + 1
    end
    return table.concat(out)
end

-- interp/base/file.c -> "base", "file"
function source.place(name)
    return name:match("interp/([^/]+)/([^/]+)%.[ch]$")
end

return source
