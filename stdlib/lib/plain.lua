-- Text for people outside: at most so many bytes, and no half of a character, with which it could not be sent at all.
-- Text that comes from an alert was written by an attacker; it stays plain.
local plain = {}

-- What turns the direction of text lets it look like another; who reads it sees that something stood there.
local turning = {}
for _, code in ipairs {0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069} do
    table.insert(turning, utf8.char(code))
end

function plain.cut(words, most)
    for _, mark in ipairs(turning) do words = text.replace(words, mark, "\u{FFFD}") end
    if #words <= most then return words end
    most = most - 3
    while most > 0 and string.byte(words, most + 1) >= 0x80 and string.byte(words, most + 1) < 0xC0 do most = most - 1 end
    return string.sub(words, 1, most) .. "…"
end

function plain.line(words, most)
    return plain.cut(text.join(text.lines(words), " "), most)
end

return plain
