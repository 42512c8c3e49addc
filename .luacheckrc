-- The library and Lua playbooks run in the sandbox (interp/vm): only what it offers is known there.
max_line_length = 130
unused_args = false
exclude_files = { "build/", "tests/fixtures/", "tests/hostile/", "tests/style/fixture/" }
std = "lua54"

local offered = {
    "assert", "error", "ipairs", "pairs", "select", "tonumber", "tostring", "type", "_VERSION",
    "string", "table", "math", "utf8",
    "text", "list", "net", "time", "id",
    "map", "null", "gone", "uri", "odata", "kql", "now", "digest", "new_secret", "register", "profile", "self",
    "primitive", "intake", "irreversible", "refuse", "use", "parse_json", "call", "alert_of",
}
for _, folder in ipairs { "stdlib", "playbooks", "examples" } do
    files[folder] = { std = "none", read_globals = offered }
end
