# Replaying in the lab: what an old run had read answers another version's dry-run; what differs is told; what had not
# been read is unknown; nothing is sent.
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
run_of() { "$program" runs list --json | tr '{' '\n' | grep "\"mode\":\"$1\"" | tail -1 | sed 's/.*"run":"\([^"]*\)".*/\1/'; }
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/old.yaml" <<Y
playbook: contain
version: 1.0.0
title: Contain a vault
params:
  network: {type: cidr, default: 198.51.100.0/24, help: What is let in}
  gone: {type: string, default: x, help: Not in the next version}
steps:
  - id: expected
    ask: Was that expected?
    choices: [expected, unexpected]
    otherwise: unexpected
  - id: firewall
    when: expected.answer == 'unexpected'
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny, add: ["\${params.network}"]}
    clause: KV-MITIGATE-IP-1
  - id: secret
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
    clause: KV-ACTION-2
Y
cat >"$work/new.yaml" <<Y
playbook: contain
version: 2.0.0
title: Contain a vault
params:
  network: {type: cidr, default: 198.51.100.0/24, help: What is let in}
steps:
  - id: expected
    ask: Was that expected?
    choices: [known, unexpected]
    otherwise: known
  - id: lock
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny, add: ["\${params.network}", 203.0.113.0/24]}
    clause: KV-MITIGATE-IP-1
  - id: other
    do: keyvault.disable_secret
    with: {vault: $prod, name: sql-prod-connection}
    clause: KV-ACTION-3
Y
cd "$work"
"$program" lab reset >/dev/null
quiet run old.yaml --unattended --approve-all --answer expected=expected
"$program" lab reset >/dev/null
quiet run old.yaml --unattended --approve-all
live=$(run_of live)
"$program" lab digest >"$work/before"
rm -r "$PLAYBOOK_STATE/lab"
t replay "$live" --with old.yaml 2>/dev/null
t replay "$live" --with new.yaml 2>/dev/null
t replay "$live" --with old.yaml --answer expected=expected --param network=192.0.2.0/24 2>/dev/null
[ -e "$PLAYBOOK_STATE/lab" ] && echo "the lab was opened"
"$program" replay "$live" --with new.yaml --json >"$work/object"
grep -o '"requests":{[^}]*}' "$work/object"
grep -o '"what":"[a-z]*","change":"[a-z]*","path":"[^"]*"' "$work/object"
quiet audit show last
says 'replays|replay'
echo "# a replay can be replayed; so can an audit"
quiet replay last --with new.yaml
says '^Against|differs'
quiet run old.yaml --audit --unattended
quiet replay last --with old.yaml
says '^Against|differs'
says 'reads, '
echo "# a rehearsal keeps the alert as it came"
cat >"$work/raw.yaml" <<Y
playbook: raw
version: 1.0.0
title: What came in
alerts: [KV_*]
steps:
  - id: seen
    let: {name: "\${alert.raw.properties.alertDisplayName or alert.raw.name}"}
Y
cp "$here/../alerts/kv-01-tor-access.arm.json" alert.json
quiet run raw.yaml --dry-run --alert alert.json
quiet replay last --with raw.yaml
says '^Steps: '
quiet replay last --with raw.yaml
says '^Steps: '
echo "# a run that waits, is gone on with, and is undone"
cat >"$work/waits.yaml" <<Y
playbook: waits
version: 1.0.0
title: Ask, then contain
steps:
  - id: vault
    do: keyvault.get_vault
    with: {vault: $prod}
  - id: expected
    ask: Was that expected?
    choices: [expected, unexpected]
  - id: secret
    when: expected.answer == 'unexpected'
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
Y
"$program" lab reset >/dev/null
quiet run waits.yaml
waits=$(run_of live)
quiet replay "$waits" --with waits.yaml
says '^Nothing differs|differs'
quiet replay "$waits" --with waits.yaml --answer expected=unexpected
says 'had not read this|undecided' | head -1
quiet answer "$waits" expected=unexpected --approve-all
quiet replay "$waits" --with waits.yaml
says '^Nothing differs|differs'
says '^ *1\. +secret'
quiet undo "$waits" --approve-all
quiet replay "$waits" --with waits.yaml
says '^Nothing differs|differs'
says '^ *1\. +secret'
quiet replay "$(run_of live)" --with waits.yaml
says '^error|^Against|^Nothing differs|differs'
quiet audit verify
says '^clean|^unpublished'
echo "# refused"
quiet replay "$live"
says '^error|--with'
quiet replay 2099 --with new.yaml
says 'holds no run'
quiet replay "$live" --with nothing-such
says '^error'
quiet replay "$live" --with new.yaml --param gone=y
says 'has no parameter'
cat >"$work/config/other.yaml" <<Y
name: other
tenant: 4b2462a4-bbee-495a-a0e1-f23ae524cc9c
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: none}
Y
quiet replay "$live" --with new.yaml --profile other
says 'was made under'
