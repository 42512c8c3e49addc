-- The answer of a Log Analytics query over SecurityAlert: tables of columns and rows.
local payload = use "intake"
local alerts = use "securityalert"

local function cells_of(row, names, path)
    if not payload.is_list(row) then wrong(row, path, "a list") end
    local found = {}
    for index, name in pairs(names) do
        if row[index] ~= null then found[name] = row[index] end
    end
    return map(found)
end

local function rows_of(answer, path, found)
    local names = {}
    for index, column in ipairs(payload.maps(answer, path, "columns")) do
        names[index] = payload.text(column, payload.nth(path .. ".columns", index), "name")
    end
    local rows = payload.get(answer, "rows") or {}
    if not payload.is_list(rows) then wrong(rows, path .. ".rows", "a list") end
    for index, row in ipairs(rows) do
        local cells = cells_of(row, names, payload.nth(path .. ".rows", index))
        if alerts.is_row(cells) then table.insert(found, alerts.read(cells, payload.nth(path .. ".rows", index))) end
    end
end

local function is_answer(item)
    return payload.get(item, "tables") ~= nil
end

return intake {
    name = "securityalert-table", order = 60,
    matches = function(raw) return payload.any(raw, is_answer) end,
    alerts = function(raw)
        local found = {}
        for _, item in ipairs(payload.items(raw)) do
            local answers = is_answer(item.value) and payload.maps(item.value, item.path, "tables") or {}
            for index, answer in ipairs(answers) do
                rows_of(answer, payload.nth(payload.at(item.path, "tables"), index), found)
            end
        end
        return list(found)
    end,
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
