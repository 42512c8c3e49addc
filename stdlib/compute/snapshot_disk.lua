-- Makes a snapshot of a disk, which keeps what is on it now: evidence, before the disk is changed or deleted. It lies
-- beside the disk, and its name says of which disk and for which moment it is; one that is there is never replaced.
local disk = use "disk"
local operation = use "arm_operation"

-- The minute of what it is evidence of, else the day: "20240917-0310".
local function stamp(p)
    local moment = p.since or now()
    local day = text.replace(string.sub(moment, 1, 10), "-", "")
    return p.since and day .. "-" .. text.replace(string.sub(moment, 12, 16), ":", "") or day
end

local function snapshot_id(p)
    return id.parent(p.disk) .. "/snapshots/" .. string.sub(id.name(p.disk), 1, 66) .. "-" .. stamp(p)
end

return primitive {
    name = "compute.snapshot_disk",
    summary = "Makes a snapshot of a disk",
    since = "0.1.0",
    params = {
        disk = {type = "id", help = "resource id of the disk"},
        since = {type = "time", optional = true, help = "the moment of which it is evidence; default: the end of the alert"},
    },
    returns = {snapshot = {type = "id", help = "the snapshot"}},
    risk = "contain",
    permissions = {"Microsoft.Compute/disks/read", "Microsoft.Compute/disks/beginGetAccess/action",
        "Microsoft.Compute/snapshots/read", "Microsoft.Compute/snapshots/write"},
    repeatable = true,
    since_moment = true,
    example = {
        disk = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-tmp-9f2"
            .. "/providers/Microsoft.Compute/disks/disk-9f2-out",
    },

    target = function(p) return disk.url(snapshot_id(p)) end,
    state = {source = "id?"},
    observe = function(p, read)
        local there = operation.settled(read, disk.url(snapshot_id(p)))
        if there then return {source = there.properties.creationData.sourceResourceId, region = there.location} end
        local raw = read:get(disk.url(p.disk))
        if not raw then error("the disk is not there", 0) end
        return {source = null, region = raw.location}
    end,
    plan = function(p, before)
        if before.source and not id.same(before.source, p.disk) then
            refuse("the snapshot " .. id.name(snapshot_id(p)) .. " is one of another disk")
        end
        return {source = p.disk}
    end,
    apply = function(p, before, _, write)
        operation.put(write, disk.url(snapshot_id(p)), {location = before.region,
            properties = {incremental = true, creationData = {createOption = "Copy", sourceResourceId = p.disk}}})
    end,
    undo = irreversible "kept as evidence: delete the snapshot by hand when the case is closed",
    result = function(p) return {snapshot = snapshot_id(p)} end,
}
