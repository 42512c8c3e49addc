-- What an Automation account runs: its runbooks and what starts them, each with when it was made and by whom, and
-- whether the organisation says that it is its own (the register's `resources`). Strange is what the register does not
-- name, and what was made or changed in the period: an intruder may put his text into a runbook that everybody knows. A
-- webhook or a link to a schedule is strange with the runbook that it starts, a webhook also when it is new.
local automation = use "automation"
local denied = use "denied"
local register_book = use "register"

local over = {Completed = true, Failed = true, Stopped = true, Removing = true}

local function is_known(account, folder, name)
    return register_book.resource(automation.id(account, folder, name)) ~= nil
end

local function is_since(p, ...)
    local latest = time.max(...)
    return p.start ~= nil and latest ~= nil and not time.before(latest, p.start)
        and not (p.finish and time.after(latest, p.finish))
end

-- When the runbook in question is not there any more, what belongs to it is nobody's.
local function of_known(known, raw)
    local runbook = raw.properties.runbook and raw.properties.runbook.name
    return runbook, runbook ~= nil and known[text.lower(runbook)] == true
end

local function describe_webhooks(answers, known, p)
    local found = list {}
    for _, raw in ipairs(answers or {}) do
        local it, runbook, fine = raw.properties, of_known(known, raw)
        table.insert(found, {id = automation.id(p.account, "webhooks", raw.name), name = raw.name, runbook = runbook,
            enabled = it.isEnabled == true, created = it.creationTime, by = it.lastModifiedBy,
            expires = it.expiryTime, invoked = it.lastInvokedTime,
            strange = not fine or is_since(p, it.creationTime, it.lastModifiedTime)})
    end
    return found
end

local function describe_links(answers, known, p)
    local found = list {}
    for _, raw in ipairs(answers or {}) do
        local it, runbook, fine = raw.properties, of_known(known, raw)
        local link = it.jobScheduleId or raw.name
        table.insert(found, {id = automation.id(p.account, "jobSchedules", link), link = link, runbook = runbook,
            schedule = it.schedule and it.schedule.name or "", strange = not fine})
    end
    return found
end

-- Each as it is by itself: a list does not say who started a job.
local function describe_jobs(account, answers, known, read)
    local found, open, details = list {}, {}, {}
    for _, raw in ipairs(answers or {}) do
        if not over[raw.properties.status] then
            table.insert(open, raw)
            table.insert(details, {"get", automation.url(account, "jobs", raw.name)})
        end
    end
    local bodies = #details > 0 and read:all(details) or {}
    for i, raw in ipairs(open) do
        local it, runbook, fine = (bodies[i] or raw).properties, of_known(known, raw)
        table.insert(found, {job = it.jobId or raw.name, runbook = runbook, status = it.status,
            started = it.startTime, by = it.startedBy, strange = not fine})
    end
    return found
end

-- For the four lists that are read, in their order.
local permissions = {"Microsoft.Automation/automationAccounts/runbooks/read",
    "Microsoft.Automation/automationAccounts/webhooks/read", "Microsoft.Automation/automationAccounts/jobSchedules/read",
    "Microsoft.Automation/automationAccounts/jobs/read"}

return primitive {
    name = "automation.list_runbooks",
    summary = "Lists the runbooks of an Automation account and what starts them",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        start = {type = "time", optional = true, help = "begin of the suspicious access: what is newer is strange"},
        finish = {type = "time", optional = true, help = "end of that period; default: now"},
    },
    returns = {
        found = {type = "bool", help = "is there such an account?"},
        runbooks = {type = "list", of = {type = "record", fields = {
            id = "id", name = "string", kind = "string?", state = "string?", created = "time?", modified = "time?",
            by = {type = "string", optional = true, help = "who changed it last"},
            content = {type = "string", optional = true, help = "digest of what it says"},
            known = {type = "bool", help = "does the register name it?"}, strange = "bool",
        }}},
        webhooks = {type = "list", of = {type = "record", fields = {
            id = "id", name = "string", runbook = "string?", enabled = "bool", created = "time?", by = "string?",
            expires = "time?", invoked = "time?", strange = "bool",
        }}},
        schedules = {type = "list", help = "links of runbooks to schedules", of = {type = "record", fields = {
            id = "id", link = "guid", runbook = "string?", schedule = "string", strange = "bool",
        }}},
        jobs = {type = "list", help = "those that have not ended", of = {type = "record", fields = {
            job = "guid", runbook = "string?", status = "string?", started = "time?", by = "string?", strange = "bool",
        }}},
        strange = {type = "list", of = "string", help = "names of the strange runbooks"},
        denied = denied.field,
    },
    risk = "read",
    permissions = {permissions[1], "Microsoft.Automation/automationAccounts/runbooks/content/read", permissions[2],
        permissions[3], permissions[4]},
    example = {account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
        .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops"},

    observe = function(p, read)
        local answers = read:all {
            {"list", automation.url(p.account, "runbooks"), denied.ok},
            {"list", automation.url(p.account, "webhooks"), denied.ok},
            {"list", automation.url(p.account, "jobSchedules"), denied.ok},
            {"list", automation.url(p.account, "jobs"), denied.ok},
        }
        local runbooks, known, strange, details = list {}, {}, list {}, {}
        for _, raw in ipairs(answers[1] or {}) do
            table.insert(details, {"get", automation.url(p.account, "runbooks", raw.name)})
        end
        local bodies = #details > 0 and read:all(details) or {}
        for i, raw in ipairs(answers[1] or {}) do
            local it = (bodies[i] or raw).properties
            local content = automation.content(p.account, raw.name, read)
            local named = is_known(p.account, "runbooks", raw.name)
            local odd = not named or is_since(p, it.creationTime, it.lastModifiedTime)
            known[text.lower(raw.name)] = not odd
            if odd then table.insert(strange, raw.name) end
            table.insert(runbooks, {id = automation.id(p.account, "runbooks", raw.name), name = raw.name,
                kind = it.runbookType, state = it.state, created = it.creationTime, modified = it.lastModifiedTime,
                by = it.lastModifiedBy, content = content and digest(content), known = named, strange = odd})
        end
        return {found = answers[1] ~= nil, runbooks = runbooks, strange = strange,
            webhooks = describe_webhooks(answers[2], known, p), schedules = describe_links(answers[3], known, p),
            jobs = describe_jobs(p.account, answers[4], known, read), denied = denied.among(answers, permissions)}
    end,
}
