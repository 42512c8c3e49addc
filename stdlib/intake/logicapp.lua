-- An alert as the Logic App connector hands it over: flat, nested keys in lower camel case.
local payload = use "intake"
local defender = use "defender"

-- Nested keys tell it from an export of the hub; both read alike, so a wrong guess costs nothing but a name.
local function is_alert(item)
    if not defender.is_flat(item) then return false end
    local entities = payload.get(item, "Entities")
    local first = type(entities) == "table" and entities[1]
    return type(first) == "table" and first.type ~= nil
end

return intake {
    name = "logicapp", order = 66,
    matches = function(raw) return payload.any(raw, is_alert) end,
    alerts = function(raw) return payload.each(raw, defender.is_flat, defender.flat) end,
    sample = function(alert)
        local found = {}
        for key, value in pairs(use "defender_write".flat(alert)) do
            found[key:sub(1, 1):upper() .. key:sub(2)] = value
        end
        return map(found)
    end,
}
