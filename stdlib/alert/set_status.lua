-- Sets the status of a Defender alert. Status only moves forward: an alert that is further on is left alone.
-- Dismissing one never stops the detection.
local order = {Active = 1, InProgress = 2, Resolved = 3, Dismissed = 3}
local verb = {Active = "activate", InProgress = "inProgress", Resolved = "resolve", Dismissed = "dismiss"}

-- A request to move an alert; what it predicts is the alert with that status.
local function move(path, status, write)
    write:post(uri("arm:{+alert}/{verb}?api-version=2022-01-01", {alert = path, verb = verb[status]}), nil,
        {resource = path, becomes = {properties = {status = status}}})
end

return primitive {
    name = "alert.set_status",
    summary = "Sets the status of an alert",
    since = "0.1.0",
    params = {
        alert = {type = "id", help = "resource id of the alert"},
        status = {type = "enum", values = {"InProgress", "Resolved", "Dismissed"}, help = "the status wanted"},
    },
    risk = "contain",
    permissions = {"Microsoft.Security/alerts/read", "Microsoft.Security/locations/alerts/*/action"},
    repeatable = true,
    example = {
        alert = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.Security/locations/westeurope/alerts"
            .. "/2516000000000000100_60e46d37-d428-4917-bb1b-e92c0b1542db",
        status = "InProgress",
    },

    target = function(p) return uri("arm:{+alert}?api-version=2022-01-01", p) end,
    state = {properties = {type = "record", fields = {status = {type = "string", nocase = true}}}},
    plan = function(p, before)
        if not before then return nil end
        local now = before.properties.status
        if order[now] and order[now] >= order[p.status] then return before end
        return {properties = {status = p.status}}
    end,
    apply = function(p, _, desired, write) move(p.alert, desired.properties.status, write) end,
    undo = function(p, before, _, write) move(p.alert, before.properties.status, write) end,
}
