# Stopping: a run at work is interrupted, one that nobody works on is ended for good; what runs list and runs show say of
# running, killed, stopped and undone runs.
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
last() { "$program" runs list --json | tr '{' '\n' | tail -1; }
run_of() { last | sed -n 's/.*"run":"\([^"]*\)".*/\1/p'; }
status() { last | grep -o '"status":"[a-z]*"'; last | grep -o '"finished":null'; last | grep -o '"stopped_by":"[a-z]*"'; }
# Begins a run against a slow estate and waits until it is in the trail.
begin() {
    before=$(run_of)
    "$program" run contain.yaml --profile slow --unattended >"$work/run" 2>&1 &
    process=$!
    for i in $(seq 100); do
        run=$(run_of)
        [ -n "$run" ] && [ "$run" != "$before" ] && return
        sleep 0.1
    done
    echo "it did not begin"
}
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/contain.yaml" <<Y
playbook: contain
version: 1.0.0
title: Contain a vault
steps:
  - {id: smtp, do: keyvault.disable_secret, with: {vault: $prod, name: smtp-relay-password}}
  - {id: sql, do: keyvault.disable_secret, with: {vault: $prod, name: sql-prod-connection}}
  - {id: registry, do: keyvault.disable_secret, with: {vault: $prod, name: acr-pull-token}}
  - {id: storage, do: keyvault.disable_secret, with: {vault: $prod, name: storage-sas-prod}}
Y
cat >"$work/wait.yaml" <<Y
playbook: wait
version: 1.0.0
title: Wait for a person
steps:
  - id: go
    ask: Go on?
    choices: [yes, no]
Y
serve slow --latency 300
cat >"$PLAYBOOK_CONFIG/slow.yaml" <<Y
name: slow
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
route: $route
policy: policy.yaml
Y
echo 'approvals: {contain: 0}' >"$PLAYBOOK_CONFIG/policy.yaml"
cd "$work"
echo "# at work"
begin
status
quiet runs show "$run"
says '^Running'
quiet runs show "$run" --json
grep -o -e '"status":"waiting","exit":3' -e '"running":true' "$work/all"
quiet resume "$run" --profile slow
says 'another process|playbook stop'
quiet stop "$run"
says 'interrupted'
wait $process
echo "it ended with $?"
status
quiet runs show "$run"
says '^Interrupted|playbook resume'
echo "# ended for good"
quiet stop "$run" --json
cat "$work/all"
status
"$program" runs list | sed -n '$p'
quiet runs show "$run"
says '^Stopped'
quiet resume "$run" --profile slow
says 'is over'
quiet stop "$run"
says 'is over'
echo "# killed"
begin
kill -9 $process
wait $process 2>/dev/null
status
quiet runs show "$run"
says '^Interrupted|playbook resume|not counted|^Nothing was changed'
quiet resume "$run" --profile slow --unattended
says '^Steps: ' | sed 's/[0-9][0-9]*/N/g' # how far it came is up to the machine
status
quiet stop "$run"
says 'is over'
quiet undo "$run" --profile slow --unattended
"$program" runs list --json | tr '{' '\n' | grep "\"run\":\"$run\"" | grep -o '"status":"[a-z]*"'
quiet runs show "$run"
says '^Undone|undone since' | sed -E 's/[0-9]+ changes?/N changes/'
echo "# its terminal is gone"
begin
kill -HUP $process
wait $process 2>/dev/null
echo "it ended with $?"
status
echo "# its files may not grow"
(ulimit -f 8 && "$program" run contain.yaml --profile slow --unattended >/dev/null 2>"$work/all")
echo "it ended with $?"
echo "# one of several in one process"
sed -e 's/^playbook: contain/playbook: each/' -e '/^steps/i alerts: [KV_*]' contain.yaml >each.yaml
mkdir alerts
for i in 1 2 3; do
    sed "s/\"systemAlertId\": *\"[^\"]*\"/\"systemAlertId\": \"one-$i\"/" "$here/../alerts/kv-01-tor-access.arm.json" >alerts/$i.json
done
"$program" run each.yaml --all --alert alerts --jobs 3 --profile slow --unattended >"$work/run" 2>&1 &
process=$!
each() { "$program" runs list --json | tr '{' '\n' | grep '"playbook":"each"' | grep -o '"status":"[a-z]*"' | sort | uniq -c | tr -s ' '; }
for i in $(seq 100); do
    [ "$(each)" = ' 3 "status":"running"' ] && break
    sleep 0.1
done
quiet stop last
says 'interrupted and ended'
wait $process
echo "it ended with $?"
each
echo "# waiting"
quiet run wait.yaml
run=$(run_of)
status
quiet stop "$run"
says 'stopped'
status
quiet answer "$run" go=yes
says 'is over'
quiet run wait.yaml --dry-run
quiet stop last
says 'is over'
quiet audit verify
says '^(clean|unpublished)$'
end_serve
