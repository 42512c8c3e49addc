-- The same as logicapp wrapped in body and in lower camel case throughout, as one published template has it.
local defender = use "defender"

return intake {
    name = "logicapp-body", order = 65,
    wrapper = "body", is = defender.is_flat, reads = defender.flat,
    sample = function(alert) return map {body = use "defender_write".flat(alert)} end,
}
