# Loops: a condition for each item, what a loop and a group in a loop leave, a skipped loop.
cat >"$work/loops.yaml" <<'YAML'
playbook: loops
version: 1.0.0
steps:
  - id: facts
    let:
      items: [{name: a, use: true}, {name: b, use: false}, {name: c, use: true}]
  - id: each
    for_each: facts.items
    when: item.use
    let: {seen: "${item.name}"}
  - id: never
    for_each: facts.items
    when: "#facts.items > 3"
    let: {seen: "${item.name}"}
  - id: groups
    for_each: facts.items
    as: one
    steps:
      - id: inner
        let: {name: "${one.name}"}
  - id: got
    let: {it: "${groups[2].inner.name} ${each[2].status} ${each[3].seen} ${#never}"}
  - end: "Got ${got.it}"
YAML
cat >"$work/wrong.yaml" <<'YAML'
playbook: wrong
version: 1.0.0
steps:
  - id: groups
    for_each: run.id
    steps:
      - id: inner
        let: {name: 1}
  - end: "${inner.name} ${groups.status} ${groups[1].inner.nam}"
YAML
t check "$work/loops.yaml"
t check "$work/wrong.yaml"
t run "$work/loops.yaml" --dry-run --json | grep -o '"path":"[^"]*","kind":"[a-z]*","status":"[a-z]*","reason":[^,]*'
# A playbook that cannot be read does not check, whatever its Lua did.
echo 'local t = {playbook = "round"} t.steps = {t} return t' >"$work/round.lua"
t run "$work/round.lua" --dry-run
t run "$work/round.lua" --dry-run --json
# In a Lua file the place of the first is not a line.
echo 'return {playbook = "twice", version = "1.0.0", steps = {{id = "a", task = "x"}, {id = "a", task = "y"}}}' >"$work/twice.lua"
t check "$work/twice.lua"
# What is no text there is told as it is.
sed 's/"1.0.0"/1.5/; s/id = "a", task = "y"/id = "b", task = "y"/' "$work/twice.lua" >"$work/half.lua"
t check "$work/half.lua"
# A script that fails though its calls went well counts by itself.
cat >"$work/script.yaml" <<'YAML'
playbook: script
version: 1.0.0
steps:
  - id: s
    lua: |
      call('register.find', {upn = 'dana.levy@contoso.com'})
      return 5
YAML
t run "$work/script.yaml" --dry-run
