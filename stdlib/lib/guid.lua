-- Identifiers for what a service wants one for. They follow from words, so that what is made twice is one.
local guid = {}

function guid.of(words)
    local hex = text.split(digest(words), ":")[2]
    return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-4" .. hex:sub(14, 16) .. "-8" .. hex:sub(18, 20) .. "-"
        .. hex:sub(21, 32)
end

return guid
