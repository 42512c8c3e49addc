# Undoing in the lab: what can be taken back is, what cannot is told, what somebody changed since stays; and an undoing
# can be undone.
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
digest() {
    "$program" lab digest >"$work/digest.$1"
}
run_of() { "$program" runs list --json | tr '{' '\n' | grep '"mode":"live"' | tail -1 | sed 's/.*"run":"\([^"]*\)".*/\1/'; }
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/contain.yaml" <<Y
playbook: contain
version: 1.0.0
title: Contain a vault
steps:
  - id: firewall
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny}
  - id: secret
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
  - id: tell
    do: notify.owner
    with: {to: [dana.levy@contoso.com], about: it, subject: S, text: T}
Y
cat >"$work/open.yaml" <<Y
playbook: open
version: 1.0.0
title: Let one more network in
steps:
  - id: firewall
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny, add: [198.51.100.0/24]}
Y
cd "$work"
"$program" lab reset >/dev/null
digest before
quiet run contain.yaml --unattended --approve-all
digest contained
first=$(run_of)
# The command that is offered is about the run that is meant, which is not the last one by then.
quiet undo last --dry-run
says 'undo [^ ]+ --approve-all' | sed "s/ $first / FIRST /"
t undo "$first" --dry-run 2>/dev/null
digest now
cmp -s digest.contained digest.now && echo "the estate is the same"
quiet undo "$first" --step firewall --unattended
quiet approve last --refuse
says '[^ ]* undo [^ ]+ ' | sed "s/ $first / FIRST /"
quiet undo "$first" --step tell --approve-all
says 'cannot be undone'
quiet undo "$first" --approve-all
says '^Steps: '
quiet lab digest
"$program" runs list | grep -c 'undone'
quiet undo "$first"
says 'has been undone'
second=$(run_of)
quiet undo "$second" --approve-all
says '^Steps: '
quiet run contain.yaml --audit
says '^Gaps: none|^Steps: '
"$program" lab reset >/dev/null
quiet run contain.yaml --unattended --approve-all
third=$(run_of)
quiet run open.yaml --unattended --approve-all
quiet undo "$third" --dry-run
grep -A1 '^  firewall: it has been changed since' "$work/all"
quiet undo "$third" --approve-all
says '^  firewall: it has been changed since'
says '^Steps: '
quiet undo "$third" --approve-all --force
says '^Steps: '
machine=${prod%/Microsoft.KeyVault*}/Microsoft.Compute/virtualMachines/vm-web-01
printf 'playbook: stop\nversion: 1.0.0\nsteps: [{id: stop, do: compute.stop_machine, with: {machine: "%s"}}]\n' \
    "$machine" >stop.yaml
printf 'playbook: delete\nversion: 1.0.0\nsteps: [{id: delete, do: resource.delete, with: {resource: "%s"}}]\n' \
    "$machine" >delete.yaml
quiet run stop.yaml --unattended --approve-all
stop=$(run_of)
quiet run delete.yaml --unattended --approve-all
quiet undo "$stop" --approve-all
says '^  stop: it has been removed since'
quiet undo 2099
says 'holds no run'
quiet run contain.yaml --dry-run
t undo last
cat >"$work/waits.yaml" <<Y
playbook: waits
version: 1.0.0
title: Contain, then ask
steps:
  - id: secret
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
  - id: go_on
    ask: Go on?
    choices: [yes, no]
Y
"$program" lab reset >/dev/null
quiet run waits.yaml --approve-all
waits=$(run_of)
t undo "$waits" --step nothing
quiet undo "$waits" --step secret --approve-all
quiet answer "$waits" go_on=yes
says 'was undone, at least in part'
# An undoing that waits is gone on with only by the library that it began with.
"$program" lab reset >/dev/null
quiet run contain.yaml --unattended --approve-all
quiet undo "$(run_of)"
mkdir -p lib/stdlib/keyvault
cp "$here/../../stdlib/keyvault/set_firewall.lua" lib/stdlib/keyvault
echo "-- another one" >>lib/stdlib/keyvault/set_firewall.lua
t resume last --approve-all --lib lib
quiet resume last --approve-all
says '^Steps: '
# Two entries of one list: putting one back says nothing of the other.
cat >"$work/roles.yaml" <<Y
playbook: roles
version: 1.0.0
steps:
  - id: roles
    for_each: "{'9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', '5d6b6bb7-de71-4623-b4af-96380a352509'}"
    as: role
    do: entra.remove_role
    with: {principal: 5e7bd3ff-454a-48f0-b08f-e04be3fb3f54, role: "\${role}"}
Y
"$program" lab reset >/dev/null
quiet run roles.yaml --approve-all
says '^Steps: '
roles=$(run_of)
quiet undo "$roles" --dry-run
says '^Plan|^Steps: '
quiet undo "$roles" --approve-all
says '^Steps: '
