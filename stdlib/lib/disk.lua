-- Disks and snapshots: where they are, and whether somebody uses them.
local disk = {}

function disk.url(id)
    return uri("arm:{+id}?api-version=2023-10-02", {id = id})
end

-- The machine that uses it, or a word for why it is in use; nil where nobody does.
function disk.user(raw)
    if raw.managedBy then return raw.managedBy end
    local state = raw.properties.diskState
    if state and not text.same(state, "Unattached") then return state end
    return nil
end

return disk
