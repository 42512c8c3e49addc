-- What a primitive could not read because the identity may not: it says so by the permission that is lacking, and what it
-- gives is then what there is without that. A playbook leaves the rest to people.
local denied = {}

denied.field = {type = "list", of = "string", help = "permissions that the identity lacks for what could not be read"}

-- Wishes of read:all, or options of a read, that may be refused.
denied.ok = {denied_ok = true}

-- The permissions of those answers that were refused: denied.among(answers, {permission of the first, …}).
function denied.among(answers, permissions)
    local lacking = list {}
    for i, permission in ipairs(permissions) do
        if answers[i] == false then table.insert(lacking, permission) end
    end
    return list.unique(lacking)
end

-- The same where every answer needs one permission.
function denied.any(answers, count, permission)
    for i = 1, count do
        if answers[i] == false then return list {permission} end
    end
    return list {}
end

return denied
