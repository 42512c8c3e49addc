-- An alert as the Logic App connector hands it over: flat, nested keys in lower camel case.
local defender = use "defender"

return intake {
    name = "logicapp", order = 66,
    -- Nested keys tell it from an export of the hub; both read alike, so a wrong guess costs nothing but a name.
    is = defender.join(defender.is_flat, {{has = "Entities/0/type", exact = true}}),
    alerts = defender.is_flat, reads = defender.flat,
    sample = function(alert)
        local found = {}
        for key, value in pairs(use "defender_write".flat(alert)) do
            found[key:sub(1, 1):upper() .. key:sub(2)] = value
        end
        return map(found)
    end,
}
