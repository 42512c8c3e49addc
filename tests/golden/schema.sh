# JSON Schema for editors and programs; what validates against it is another test's business (tests/schema).
t schema playbok
playbook schema | sed -n '1,20p'
playbook schema run | sed -n '1,4p'
# A primitive of one's own is in it.
mkdir -p "$work/lib/stdlib/demo"
cat >"$work/lib/stdlib/demo/get_colour.lua" <<'LUA'
return primitive {
  name = "demo.get_colour",
  summary = "Reads the colour of a thing",
  since = "1.0.0",
  risk = "read",
  params = { thing = { type = "id", help = "the thing" } },
  returns = { colour = "string" },
  permissions = {},
  observe = function(p, read) return { colour = "red" } end,
}
LUA
playbook schema playbook --lib "$work/lib" | grep -B2 -A1 'colour of a thing'
playbook schema playbook --lib "$work/lib" | grep -A13 '"thing": {'
