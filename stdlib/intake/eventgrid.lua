-- An event that Microsoft Graph sends through Event Grid (CloudEvents): only the alert's id in Graph and the tenant.
-- The subscription in it is Graph's own (of the notification), not one of Azure.
return intake {
    name = "eventgrid", order = 50,
    thin = true, is = {{has = "specversion"}, {has = "type"}},
    alerts = {{has = "specversion"}, {has = "type", starts = "Microsoft.Graph.Alert"}},
    reads = {
        {event = "type"},
        {into = "data", reads = {
            {tenant = "tenantId"}, {id = "resource"}, {into = "resourceData", reads = {{id = "id"}}},
        }},
    },
    sample = function(alert)
        return map {
            id = alert.id, type = "Microsoft.Graph.AlertCreated", source = "/tenants/" .. (alert.tenant or ""),
            subject = "Alert/" .. alert.id, time = alert["end"], datacontenttype = "application/json",
            specversion = "1.0", data = map {resource = alert.id, changeType = "updated", tenantId = alert.tenant,
                resourceData = map {id = alert.id}},
        }
    end,
}
