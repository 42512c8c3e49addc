-- One row of the SecurityAlert table, or a list of rows.
local payload = use "intake"
local rows = use "securityalert"

return intake {
    name = "securityalert", order = 61,
    matches = function(raw) return payload.any(raw, rows.is_row) end,
    alerts = function(raw) return payload.each(raw, rows.is_row, rows.read) end,
    sample = rows.write,
}
