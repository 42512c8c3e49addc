# Two processes with many runs each on one trail take turns, a run that waits for its estate holds up nobody, and what
# they wrote together verifies.
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/tell.yaml" <<Y
playbook: tell
version: 1.0.0
title: Look and tell
alerts: [KV_*]
steps:
  - id: vault
    do: keyvault.get_vault
    with: {vault: $prod}
  - id: tell
    do: notify.owner
    with: {to: [dana.levy@contoso.com], about: "\${alert.id}", subject: S, text: T}
Y
serve real --latency 20
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
register: register.yaml
route: $route
policy: policy.yaml
sender: soc@contoso.com
notify: {kind: graph}
Y
echo 'approvals: {contain: 0}' >"$PLAYBOOK_CONFIG/policy.yaml"
cp "$here/../../playbooks/lab/register.yaml" "$PLAYBOOK_CONFIG/register.yaml"
mkdir "$work/one" "$work/two"
for i in $(seq 24); do
    sed "s/\"systemAlertId\": *\"[^\"]*\"/\"systemAlertId\": \"one-$i\"/" "$here/../alerts/kv-01-tor-access.arm.json" >"$work/one/$i.json"
    sed "s/\"systemAlertId\": *\"[^\"]*\"/\"systemAlertId\": \"two-$i\"/" "$here/../alerts/kv-01-tor-access.arm.json" >"$work/two/$i.json"
done
cd "$work"
"$program" run tell.yaml --profile real --unattended --all --jobs 12 --alert one >one.out 2>&1 &
one=$!
"$program" run tell.yaml --profile real --unattended --all --jobs 12 --alert two >two.out 2>&1 &
two=$!
quiet run tell.yaml --dry-run # while they are at work
wait $one
echo "one: $?, $(grep -c '"status":"done"' one.out) done"
wait $two
echo "two: $?, $(grep -c '"status":"done"' two.out) done"
echo "begun: $(grep -c '"type":"run.started"' "$PLAYBOOK_STATE/trail/log.jsonl"), ended: $(grep -c '"type":"run.finished"' "$PLAYBOOK_STATE/trail/log.jsonl")"
quiet audit verify
head -1 all | sed "s,^unpublished$,clean,"
# No more of them go side by side than the system lets files be open.
(
    ulimit -n 32
    "$program" run tell.yaml --profile real --unattended --all --jobs 24 --alert one >few.out 2>few.err
    echo "few: $?, $(grep -c '"status":"done"' few.out) done"
)
head -n 1 few.err
end_serve
