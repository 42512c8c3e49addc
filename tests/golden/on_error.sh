# on_error: undo. What cannot be taken back is warned of, a plan says what a failure brings, and a failure takes back what
# the group had changed: with approvals where the policy wants them.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/group.yaml" <<Y
playbook: group
version: 1.0.0
title: Contain a vault, or leave it as it was
params:
  fails: {type: bool, default: false, help: Whether the last step fails}
steps:
  - id: contain
    steps:
      - id: smtp
        do: keyvault.disable_secret
        with: {vault: $prod, name: smtp-relay-password}
      - id: tell
        do: notify.owner
        with: {to: [dana.levy@contoso.com], about: it, subject: S, text: T}
      - id: second
        do: keyvault.set_firewall
        with: {vault: $prod, default_action: Deny}
        on_error: undo
      - id: last
        when: params.fails
        do: fx.boom
        on_error: undo
Y
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
ln -s "$here/../fixtures/run" "$work/lib"
cd "$work"
"$program" lab reset >/dev/null
"$program" lab digest >before
t check group.yaml --lib lib
sed -i '/id: tell/,/with: {to/d' group.yaml
t check group.yaml --lib lib
t show group.yaml --lib lib
t run group.yaml --lib lib --dry-run
quiet run group.yaml --lib lib --dry-run --param fails=true
says 'would now take back'
t run group.yaml --lib lib --approve-all --param fails=true 2>/dev/null
"$program" lab digest >after
cmp before after && echo "the estate is as it was"
quiet runs show last --json
echo "effects undone: $(grep -o '"status":"undone"' "$work/all" | wc -l), applied: $(grep -o '"status":"applied"' "$work/all" | wc -l)"
echo "# waiting for approval"
quiet run group.yaml --lib lib --param fails=true
for i in 1 2 3 4; do
    quiet approve last --lib lib
    says '^  waiting +contain/|were taken back' | tail -1
done
"$program" lab digest >after
cmp before after && echo "the estate is as it was"
quiet audit verify
echo "# not approved: it remains"
quiet run group.yaml --lib lib --param fails=true
quiet approve last --lib lib
quiet approve last --lib lib
"$program" runs list | grep -o 'waiting' | tail -1
quiet resume last --lib lib
quiet approve last --lib lib --refuse
says '^  refused +contain/|remain'
"$program" runs list | grep -oE '(waiting|refused) ' | tail -1
quiet approve last --lib lib
says 'taken back|remains'
