-- Takes a user or application out of a group, and with that the Entra roles that the group holds. Groups that are kept in
-- step with a directory on premises refuse.
return primitive {
    name = "entra.remove_member",
    summary = "Takes a principal out of a group",
    since = "0.1.0",
    params = {
        group = {type = "guid", help = "object id of the group"},
        principal = {type = "guid", help = "object id of the user or application"},
    },
    risk = "contain",
    permissions = {"GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory"},
    repeatable = true,
    example = {group = "0f2c6f0e-53a1-4e1b-9d5c-7a1f6f1d9c34", principal = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},

    target = function(p) return uri("graph:/groups/{group}/members/{principal}", p) end,
    state = {group = "guid", member = "guid", link = "string"},
    observe = function(p, read)
        local answers = read:all {{"get", uri("graph:/groups/{group}?$select=id,displayName", p)},
            {"list", uri("graph:/groups/{group}/members", p)}}
        for _, member in ipairs(answers[1] and answers[2] or {}) do
            if text.same(member.id, p.principal) then
                -- Putting a member back wants its address, which begins as the answer says that Graph's does.
                local base = text.split(answers[1]["@odata.context"] or "", "$metadata")[1]
                return {group = p.group, member = p.principal, link = base .. "directoryObjects/" .. p.principal}
            end
        end
        return nil
    end,
    plan = function() return nil end,
    -- Without /$ref the member itself would be deleted.
    apply = function(p, _, _, write)
        write:delete(uri("graph:/groups/{group}/members/{principal}/$ref", p),
            {resource = uri("graph:/groups/{group}/members/{principal}", p), becomes = gone})
    end,
    undo = function(p, before, _, write)
        write:post(uri("graph:/groups/{group}/members/$ref", p), {["@odata.id"] = before.link})
    end,
}
