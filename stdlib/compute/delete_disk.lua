-- Deletes a disk that no machine uses, and what is on it. Where `snapshot` names a snapshot of it, it is deleted only when
-- that is there: what was on it is kept then.
local disk = use "disk"
local operation = use "arm_operation"

return primitive {
    name = "compute.delete_disk",
    summary = "Deletes a disk that no machine uses",
    since = "0.1.0",
    params = {
        disk = {type = "id", help = "resource id of the disk"},
        snapshot = {type = "id", optional = true, help = "the snapshot that keeps what is on it"},
    },
    risk = "destroy",
    permissions = {"Microsoft.Compute/disks/read", "Microsoft.Compute/disks/delete", "Microsoft.Compute/snapshots/read"},
    repeatable = true,
    example = {
        disk = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-tmp-9f2"
            .. "/providers/Microsoft.Compute/disks/disk-9f2-out",
    },

    target = function(p) return disk.url(p.disk) end,
    state = {id = "id", sku = "string?", size = "int?", os = "string?", made = "time?"},
    observe = function(p, read)
        local raw = operation.settled(read, disk.url(p.disk))
        if not raw then return nil end
        local kept = p.snapshot and read:get(disk.url(p.snapshot))
        local source = kept and kept.properties.creationData.sourceResourceId
        local has = raw.properties
        return {id = raw.id, sku = (raw.sku or {}).name, size = has.diskSizeGB, os = has.osType, made = has.timeCreated,
            type = raw.type, user = disk.user(raw), kept = not p.snapshot or source ~= nil and id.same(source, p.disk)}
    end,
    plan = function(p, before)
        if before and not text.same(before.type, "Microsoft.Compute/disks") then refuse(id.name(p.disk) .. " is no disk") end
        if before and before.user then refuse("it is in use (" .. before.user .. ")") end
        return nil
    end,
    apply = function(p, before, _, write)
        if not before.kept then refuse("there is no such snapshot of it, and without it its content is lost") end
        operation.delete(write, disk.url(p.disk))
    end,
    undo = irreversible "the disk is gone; of a snapshot of it a person can make another one",
}
