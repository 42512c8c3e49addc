-- The activity log: what was done to settings and rights. It is 90 days long and some minutes behind. The service
-- refuses a filter by caller in some places: that is done here.
local activity = {}

-- Events of a subscription in a period; those alone that meet a condition, such as "resourceUri eq {resource}".
function activity.events(subscription, period, condition, values)
    local all = {from = period.from, to = period.to}
    for name, value in pairs(values or {}) do all[name] = value end
    local filter = odata("eventTimestamp ge {from} and eventTimestamp le {to}"
        .. (condition and " and " .. condition or ""), all)
    return uri("arm:/subscriptions/{s}/providers/Microsoft.Insights/eventtypes/management/values"
        .. "?api-version=2015-04-01&$filter={filter}", {s = subscription, filter = filter})
end

-- What an operation is good for in an attack, by its name alone: nothing that an attacker writes counts. First match.
local suspicious = {
    {"*microsoft.authorization/elevateaccess/action", "rights over the whole tenant"},
    {"*microsoft.authorization/roleassignments/write", "a role given"},
    {"*microsoft.authorization/roledefinitions/write", "a role made or changed"},
    {"*microsoft.authorization/roleassignments/delete", "a role taken away"},
    {"*microsoft.authorization/locks/delete", "a lock taken away"},
    {"*microsoft.authorization/policyassignments/delete", "a policy taken away"},
    {"microsoft.compute/virtualmachines/runcommand*", "code run on a machine"},
    {"microsoft.compute/virtualmachines/extensions/write", "code run on a machine"},
    {"microsoft.compute/virtualmachinescalesets/*extensions/write", "code run on a machine"},
    {"microsoft.compute/*/write", "compute made or changed"},
    {"microsoft.compute/*/begingetaccess/action", "a disk opened for download"},
    {"microsoft.automation/*", "Automation changed or run"},
    {"microsoft.logic/workflows/*", "a workflow changed or run"},
    {"microsoft.keyvault/*", "a vault or its access changed"},
    {"microsoft.managedidentity/*", "an identity made or changed"},
    {"microsoft.insights/diagnosticsettings/delete", "a log switched off"},
    {"microsoft.operationalinsights/workspaces/delete", "a log deleted"},
    {"microsoft.security/*", "protection changed"},
    {"microsoft.network/networksecuritygroups/*", "a firewall changed"},
    {"*/listkeys/action", "keys read"},
    {"*/list*keys/action", "keys read"},
    {"*/listaccountsas/action", "keys read"},
    {"*/listsecrets/action", "secrets read"},
    {"*/listcluster*credential/action", "secrets read"},
    {"*/publishxml/action", "secrets read"},
    {"*/delete", "something deleted"},
}

-- nil: an operation like any other.
function activity.suspicion(operation)
    local low = text.lower(operation)
    if text.ends(low, "/read") then return nil end
    for _, row in ipairs(suspicious) do
        if text.glob(row[1], low) then return row[2] end
    end
    return nil
end

function activity.claim(event, ending)
    for name, value in pairs(event.claims or {}) do
        if text.ends(text.lower(name), ending) then return value end
    end
end

-- Was it done by that object id, application id or user principal name?
function activity.is_by(event, caller)
    return text.same(event.caller or "", caller) or text.same(activity.claim(event, "/objectidentifier") or "", caller)
        or text.same(activity.claim(event, "appid") or "", caller)
end

function activity.operation(event)
    return event.operationName and event.operationName.value or ""
end

return activity
