work=${work:-$(mktemp -d)}
playbook check triage.lua
playbook alert sample --kind KV_TORAccess >"$work/tor.json"
playbook run triage.lua --dry-run --alert "$work/tor.json"
