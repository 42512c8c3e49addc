-- Azure Automation: runbooks, and what starts them. Names are the service's; what a runbook says is text, which goes and
-- comes as it stands.
local guid = use "guid"

local automation = {}

local versions = {webhooks = "2015-10-31"}

automation.account_param = {type = "id", help = "resource id of the Automation account"}

-- Something of an account: automation.url(account, "runbooks", name, "content").
function automation.url(account, folder, name, more)
    local template = "arm:{+account}/" .. folder
    if name then template = template .. "/{name}" end
    if more then template = template .. "/" .. more end
    return uri(template .. "?api-version=" .. (versions[folder] or "2023-11-01"), {account = account, name = name})
end

-- The resource as effects, approvals and protection call it.
function automation.id(account, folder, name)
    return uri("{+account}/" .. folder .. "/{name}", {account = account, name = name})
end

local as_text = {headers = {["Accept"] = "text/powershell"}}

-- What a runbook says: the text that is published, else the draft; nil where there is neither.
function automation.content(account, name, read)
    return read:get(automation.url(account, "runbooks", name, "content"), as_text)
        or read:get(automation.url(account, "runbooks", name, "draft/content"), as_text)
end

-- A link of a runbook to a schedule. Its id is not what it is: it is made again under another one.
automation.link_state = {schedule = "string", run_on = "string?", parameters = {type = "map", of = "any", optional = true}}

function automation.link_of(raw)
    local it = raw.properties
    return {schedule = it.schedule and it.schedule.name or "", parameters = it.parameters, run_on = it.runOn}
end

-- Does a webhook, a link or a job belong to that runbook?
function automation.is_of(raw, runbook)
    local it = raw.properties.runbook
    return it ~= nil and text.same(it.name or "", runbook)
end

function automation.put_link(write, account, runbook, link)
    local new = guid.of(text.lower(account .. "|" .. runbook .. "|" .. link.schedule))
    write:put(automation.url(account, "jobSchedules", new), {properties = {
        schedule = {name = link.schedule}, runbook = {name = runbook}, parameters = link.parameters,
        runOn = link.run_on,
    }})
end

return automation
