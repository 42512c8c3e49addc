-- The same as logicapp wrapped in body and in lower camel case throughout, as one published template has it.
local payload = use "intake"
local defender = use "defender"

return intake {
    name = "logicapp-body", order = 65,
    matches = function(raw)
        return payload.is_map(raw) and payload.get(raw, "body") ~= nil and payload.any(raw, defender.is_flat)
    end,
    alerts = function(raw) return payload.each(raw, defender.is_flat, defender.flat) end,
    sample = function(alert) return map {body = use "defender_write".flat(alert)} end,
}
