-- Takes a runbook off a schedule; runbook and schedule stay.
local automation = use "automation"

return primitive {
    name = "automation.unlink_schedule",
    summary = "Takes a runbook off its schedule",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        runbook = {type = "string", help = "name of the runbook"},
        schedule = {type = "string", help = "name of the schedule"},
    },
    risk = "contain",
    permissions = {"Microsoft.Automation/automationAccounts/jobSchedules/read",
        "Microsoft.Automation/automationAccounts/jobSchedules/delete",
        "Microsoft.Automation/automationAccounts/jobSchedules/write"},
    repeatable = true,
    example = {
        account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
            .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops",
        runbook = "hX7rT2-tmp", schedule = "hourly",
    },

    target = function(p) return uri("arm:{+account}/runbooks/{runbook}/schedules/{schedule}", p) end,
    state = automation.link_state,
    observe = function(p, read)
        for _, raw in ipairs(read:list(automation.url(p.account, "jobSchedules")) or {}) do
            local link = automation.link_of(raw)
            if automation.is_of(raw, p.runbook) and text.same(link.schedule, p.schedule) then
                link.id = raw.properties.jobScheduleId or raw.name
                return link
            end
        end
        return nil
    end,
    plan = function() return nil end,
    apply = function(p, before, _, write) write:delete(automation.url(p.account, "jobSchedules", before.id)) end,
    undo = function(p, before, _, write) automation.put_link(write, p.account, p.runbook, before) end,
}
