-- Text for people outside: at most so many bytes, and no half of a character, with which it could not be sent at all.
-- Text that comes from an alert was written by an attacker; it stays plain.
local plain = {}

function plain.cut(words, most)
    if #words <= most then return words end
    most = most - 3
    while most > 0 and string.byte(words, most + 1) >= 0x80 and string.byte(words, most + 1) < 0xC0 do most = most - 1 end
    return string.sub(words, 1, most) .. "…"
end

function plain.line(words, most)
    return plain.cut(text.join(text.lines(words), " "), most)
end

return plain
