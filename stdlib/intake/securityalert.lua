-- One row of the SecurityAlert table, or a list of rows.
local rows = use "securityalert"

return intake {
    name = "securityalert", order = 61,
    is = rows.is, reads = rows.reads,
    sample = rows.write,
}
