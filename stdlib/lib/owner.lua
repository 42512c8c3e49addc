-- Who answers for a resource, from what was read about it. A tag counts only where it names an address that the register
-- knows: anybody who may write tags could name himself.
local register_book = use "register"

local owner = {}

function owner.is_registered(mail)
    if not mail then return false end
    if register_book.user(nil, mail) then return true end
    for _, row in ipairs(register "owners") do
        if text.same(row.mail, mail) then return true end
    end
    return false
end

-- By its tag or by the register's own rows; nil where neither says it.
function owner.named(resource, tagged)
    if owner.is_registered(tagged) then return {mail = tagged, source = "tag"} end
    local row = register_book.owner(resource)
    return row and {mail = row.mail, name = row.name, source = "register"}
end

function owner.nobody()
    return {mail = register_book.contact("security"), source = "none"}
end

return owner
