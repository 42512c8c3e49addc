-- The answer of a Log Analytics query over SecurityAlert: tables of columns and rows.
local alerts = use "securityalert"

return intake {
    name = "securityalert-table", order = 60,
    is = {{has = "tables"}}, rows = "tables", alerts = alerts.is, reads = alerts.reads,
    sample = function(alert)
        local row, columns, cells = alerts.write(alert), {}, {}
        for _, name in ipairs(alerts.columns) do
            table.insert(columns, map {name = name, type = name == "IsIncident" and "bool" or "string"})
            local value = row[name]
            table.insert(cells, value == nil and "" or value)
        end
        return map {tables = list {map {name = "PrimaryResult", columns = list(columns), rows = list {list(cells)}}}}
    end,
}
