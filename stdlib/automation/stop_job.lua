-- Stops a job: a runbook that is running. Deleting the runbook would not.
local automation = use "automation"

local over = {Completed = true, Failed = true, Stopped = true, Removing = true}

return primitive {
    name = "automation.stop_job",
    summary = "Stops a running job of an Automation account",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        job = {type = "guid", help = "id of the job"},
    },
    risk = "contain",
    permissions = {"Microsoft.Automation/automationAccounts/jobs/read",
        "Microsoft.Automation/automationAccounts/jobs/stop/action"},
    repeatable = true,
    example = {
        account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
            .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops",
        job = "9dddd5ce-1b13-45bc-897f-eeb871842d4b",
    },

    target = function(p) return uri("arm:{+account}/jobs/{job}", p) end,
    state = {properties = {type = "record", fields = {status = "string"}}},
    observe = function(p, read)
        local raw = read:get(automation.url(p.account, "jobs", p.job))
        -- It stops in a moment: what is on its way counts.
        if raw and raw.properties.status == "Stopping" then return {properties = {status = "Stopped"}} end
        return raw
    end,
    plan = function(_, before)
        if not before or over[before.properties.status] then return before end
        return {properties = {status = "Stopped"}}
    end,
    apply = function(p, _, desired, write)
        write:post(automation.url(p.account, "jobs", p.job, "stop"), nil,
            {resource = uri("arm:{+account}/jobs/{job}", p), becomes = desired})
    end,
    undo = irreversible "a job that was stopped does not go on; start its runbook again",
}
