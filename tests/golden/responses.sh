# Who has answered an alert already: alert list tells it, run says it before its steps, runs list finds it.
cat >"$work/wait.yaml" <<'Y'
playbook: wait
version: 1.0.0
title: Wait for a person
alerts: [KV_*]
steps:
  - id: go
    ask: Go on?
    choices: [yes, no]
Y
cd "$work"
sed 's/"systemAlertId": *"[^"]*"/"systemAlertId": "one"/' "$here/../alerts/kv-01-tor-access.arm.json" >one.json
sed 's/"systemAlertId": *"[^"]*"/"systemAlertId": "two"/' "$here/../alerts/kv-01-tor-access.arm.json" >two.json
head_of() { # what it says before its steps of other runs
    echo "\$ playbook run $*"
    "$program" run "$@" 2>/dev/null | sed -n '/^This alert/,/^$/p' | sed '/^$/d'
}
runs_of() { "$program" alert list --json "$@" | grep -o '"runs":.*' | sed 's/"finished":"[^"]*"/"finished":TIME/g'; }
run_of() { "$program" runs list --json "$@" | tr '{' '\n' | sed -n 's/.*"run":"\([^"]*\)".*/\1/p' | tail -1; }
echo "# nobody yet, and looking makes no trail"
t alert list one.json two.json
runs_of one.json
test -d "$PLAYBOOK_STATE/trail" && echo "there is a trail"
t run wait.yaml --alert one.json --dry-run --unattended | grep '^This alert'
t run wait.yaml --alert one.json --audit | grep '^This alert'
runs_of one.json
echo "# one that waits, and others"
t run wait.yaml --alert one.json | tail -3
waiting=$(run_of)
t alert list one.json two.json
runs_of one.json
head_of wait.yaml --alert one.json --dry-run
head_of wait.yaml --alert two.json --dry-run
head_of wait.yaml --alert one.json --answer go=yes
echo "# and how to go on with it, also from where another profile is the one without a word"
printf 'name: other\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: none}\nroute: http://127.0.0.1:9\n' >other.yaml
"$program" runs show "$waiting" | sed -n '/^Waiting/p;/^To go on/,$p'
cp other.yaml "$PLAYBOOK_CONFIG/default.yaml"
"$program" runs show "$waiting" | tail -1
rm "$PLAYBOOK_CONFIG/default.yaml"
test "$(run_of --mode live --status waiting)" = "$waiting" && echo "it is the one that waits"
"$program" run wait.yaml --alert one.json --dry-run 2>/dev/null | grep -c "runs show $waiting"
t stop "$waiting"
head_of wait.yaml --alert one.json --answer go=no --state "$work/state"
t alert list one.json
for i in 4 5; do "$program" run wait.yaml --alert one.json --answer go=yes >"$work/run" 2>&1; done
t alert list one.json
echo "# a plan that is applied is one more, and whatever waits is told"
"$program" run wait.yaml --alert one.json --dry-run --unattended --plan-out plan >"$work/all" 2>&1
echo "\$ playbook apply plan"
"$program" apply plan 2>/dev/null | sed -n '/^This alert/,/^$/p'
for i in 6 7 8; do "$program" run wait.yaml --alert one.json --answer go=yes >"$work/run" 2>&1; done
t alert list one.json
echo "# what runs list finds"
t runs list --alert ONE --mode live | grep -c '^[^ ]'
t runs list --alert 'o?e' --mode dry-run --status done | grep -c '^[^ ]'
t runs list --alert two | sed 's,  2[-0-9]* [0-9:]*,  TIME,'
t runs list --alert three
t runs list --mode alive
t runs list --profile lab --alert two --json | grep -o '"profile":"[a-z]*"'
t runs list --profile other.yaml
echo "# an alert that is too long for a line of the log is known all the same"
seq 1500 | sed 's/.*/{"$id": "9&", "name": "host-&", "type": "host"},/' >entities
sed -e 's/"systemAlertId": *"[^"]*"/"systemAlertId": "large"/' -e '/"entities": \[/r entities' "$here/../alerts/kv-01-tor-access.arm.json" >large.json
brief() { sed -n '/^\(Alert\|Where\|When\) /p;/^This alert/,/^$/p'; }
"$program" run wait.yaml --alert large.json 2>/dev/null | brief
large=$(run_of)
"$program" run wait.yaml --alert large.json --dry-run --unattended 2>/dev/null | brief
"$program" run wait.yaml --alert large.json --dry-run --json | grep -o '"alert":{"id":"large"'
"$program" runs show "$large" | brief
"$program" answer "$large" go=no 2>/dev/null | brief
"$program" alert list large.json
t runs list --alert large | grep -c '^[^ ]'
"$program" audit report "$large" | grep -c '<th>type</th><td>KV_TORAccess</td>'
"$program" audit show "$large" | sed -n '2,3p' | grep -o 'alert beside the log'
"$program" audit search --actor dana.levy@contoso.com --run "$large" | grep -c 'run.started'
rm "$PLAYBOOK_STATE"/trail/blobs/*
"$program" runs show "$large" | brief
echo "# many are looked for together, few in a long log one by one: the same comes out"
"$program" alert list --json one.json two.json large.json | grep -o '"runs":[^]]*' >together
until test "$(wc -l <"$PLAYBOOK_STATE/trail/log.jsonl")" -gt 1024; do "$program" run keyvault-alert --audit --unattended >"$work/all" 2>&1; done
"$program" alert list --json one.json two.json large.json | grep -o '"runs":[^]]*' >each
grep -o '"status"' each | wc -l
cmp each together
echo "# another profile has not answered it"
cp other.yaml "$PLAYBOOK_CONFIG/other.yaml"
t alert list one.json --profile other
echo "# a trail that does not verify hides no alert"
sed -i 's/"status":"waiting"/"status":"refused"/' "$PLAYBOOK_STATE/trail/log.jsonl"
t alert list one.json 2>&1 | sed 's/first [0-9]* lines/first N lines/'
"$program" alert list one.json --json 2>/dev/null | grep -c '"runs"'
