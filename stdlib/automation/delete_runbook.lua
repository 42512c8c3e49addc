-- Deletes a runbook. What it says is read first and kept in the trail, with its links to schedules; from there an
-- undoing makes it again. Lost for good are its jobs, and its webhooks: their addresses were told once, to whoever made
-- them. A runbook that is not published comes back as a draft.
local automation = use "automation"
local operation = use "arm_operation"

local textual = {headers = {["Content-Type"] = "text/powershell"}}

return primitive {
    name = "automation.delete_runbook",
    summary = "Deletes a runbook of an Automation account, and keeps what it says",
    since = "0.1.0",
    params = {
        account = automation.account_param,
        name = {type = "string", help = "name of the runbook"},
    },
    returns = {
        content = {type = "string", optional = true, help = "digest of what it said"},
        webhooks = {type = "list", of = "string", help = "names of its webhooks, which nothing brings back"},
    },
    risk = "destroy",
    permissions = {"Microsoft.Automation/automationAccounts/runbooks/read",
        "Microsoft.Automation/automationAccounts/runbooks/content/read",
        "Microsoft.Automation/automationAccounts/runbooks/delete",
        "Microsoft.Automation/automationAccounts/runbooks/write"},
    repeatable = true,
    example = {
        account = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-automation"
            .. "/providers/Microsoft.Automation/automationAccounts/aa-contoso-ops",
        name = "Rotate-Logs",
    },

    target = function(p) return uri("arm:{+account}/runbooks/{name}", p) end,
    state = {
        name = "string", location = "string?", tags = {type = "map", of = "string", optional = true},
        kind = "string", description = "string?", verbose = "bool", progress = "bool", published = "bool",
        content = "string?", links = {type = "set", key = "schedule", of = {type = "record",
            fields = automation.link_state}},
    },
    observe = function(p, read)
        local answers = read:all {{"get", automation.url(p.account, "runbooks", p.name)},
            {"list", automation.url(p.account, "jobSchedules")}, {"list", automation.url(p.account, "webhooks")}}
        local raw = answers[1]
        if not raw then return nil end
        local it, webhooks, links = raw.properties, list {}, list {}
        for _, webhook in ipairs(answers[3] or {}) do
            if automation.is_of(webhook, p.name) then table.insert(webhooks, webhook.name) end
        end
        for _, link in ipairs(answers[2] or {}) do
            if automation.is_of(link, p.name) then table.insert(links, automation.link_of(link)) end
        end
        return {name = raw.name, location = raw.location, tags = raw.tags, kind = it.runbookType,
            description = it.description, verbose = it.logVerbose == true, progress = it.logProgress == true,
            published = it.state ~= "New", content = automation.content(p.account, p.name, read),
            links = links, webhooks = webhooks}
    end,
    plan = function() return nil end,
    apply = function(p, _, _, write)
        write:delete(automation.url(p.account, "runbooks", p.name))
    end,
    undo = function(p, before, _, write)
        write:put(automation.url(p.account, "runbooks", p.name), {
            name = before.name, location = before.location, tags = before.tags,
            properties = {runbookType = before.kind, description = before.description, logVerbose = before.verbose,
                logProgress = before.progress, draft = map {}},
        })
        if before.content then
            operation.put(write, automation.url(p.account, "runbooks", p.name, "draft/content"), before.content, textual)
            if before.published then
                operation.post(write, automation.url(p.account, "runbooks", p.name, "publish"))
            end
        end
        for _, link in ipairs(before.links) do automation.put_link(write, p.account, before.name, link) end
    end,
    result = function(_, before, _)
        return {content = before and before.content and digest(before.content),
            webhooks = before and before.webhooks or list {}}
    end,
}
