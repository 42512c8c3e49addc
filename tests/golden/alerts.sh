# Alerts: reading, listing, refusing, and samples that read back.
t alert show ../alerts/kv-01-tor-access.arm.json | grep -v "answered by"
t alert show --json ../alerts/kv-10-suspicious-ip.eventgrid.json
t alert show ../alerts/batch-01-two-alerts.eventhub.json#2516757137175899999_B51B24E4-4ED2-4048-91B0-1D146FF627C2 |
    head -4
t alert show ../alerts/batch-01-two-alerts.eventhub.json#none
t alert show ../alerts/bad/02-wrong-types.json
t alert show --json ../alerts/bad/03-truncated.json
t alert show ../alerts/bad/08-unknown-alerttype.json | grep -v "answered by"
"$program" run keyvault-alert --audit --unattended --alert ../alerts/bad/08-unknown-alerttype.json 2>&1 >"$work/run" |
    sed -n '1,2p'
echo '{"EventName": "subscription-updated", "ResourceUri": "https://api.partnercenter.microsoft.com/v1/x"}' >"$work/other.json"
t alert show "$work/other.json"
t alert list | sed -n "2p"
t alert list --json | grep -o '"kind":"keyvault"' | sort -u
t alert list ../alerts
t alert list ../alerts/bad
t alert list --json ../alerts/bad/03-truncated.json
"$program" alert list --json ../alerts/bad 2>"$work/err" | grep -o '"type":"KV_[A-Za-z]*"'
grep -c "error:" "$work/err"
t alert sample --shape eventhubb
t alert sample --kind KV_TorAcess
t alert sample --kind KV_TORAccess --shape fraudevents-new
for shape in sentinel-incident securityalert-table partner-webhook; do
    kind='KV_*'
    test $shape = partner-webhook && kind='*'
    "$program" alert sample --kind "$kind" --shape $shape >"$work/$shape.json"
    t alert list --json "$work/$shape.json" | grep -o '"kind":"[a-z-]*","type":"[A-Za-z_-]*"'
done
"$program" alert sample --shape mail | "$program" alert list - | grep -v '^ ' | sort -k 3 | head -1
"$program" alert sample --simulated --kind KV_ListGetAnomaly --shape graph-v2 >"$work/simulated.json"
t alert list "$work/simulated.json"
# A type of which nobody knows the kind is an alert all the same: a playbook of one's own answers it, from the file.
sed -e 's/KV_TORAccess/Storage.Blob_OpenACL/; s/"KeyVault"/"Storage"/' ../alerts/kv-01-tor-access.arm.json >"$work/own.json"
printf 'playbook: own\nversion: 1.0.0\nalerts: ["Storage.*"]\nsteps:\n  - end: "${alert.kind or %s} ${alert.type}"\n' "'?'" >"$work/own.yaml"
t run "$work/own.yaml" --alert "$work/own.json" --dry-run | grep -e '^Alert' -e '^Ended' -e '^error' -e exit
printf 'playbook: own.yaml\ncases:\n  - name: own\n    alert: own.json\n    expect: {}\n' >"$work/own.test.yaml"
t test "$work/own.test.yaml"
# A service that sends an alert again, with another status, has raised one.
batch() {
    printf '['
    for status in New InProgress; do
        printf '{"AlertType": "K8S_TestAlert", "SystemAlertId": "twice", "Status": "%s"}%s' $status "$1"
    done
    printf '{"AlertType": "K8S_TestAlert", "SystemAlertId": "once", "Status": "New"}]'
}
batch , >"$work/again.json"
"$program" run kubernetes-test-alert --all --alert "$work/again.json" --dry-run --unattended --jobs 1 |
    grep -o '"alert":{"id":"[a-z]*"\|"status":"[NI][A-Za-z]*"'
# A file that is no alert is a run that failed, and no concern of the others.
mkdir "$work/folder" "$work/empty"
cp ../alerts/bad/02-wrong-types.json ../alerts/bad/03-truncated.json "$work/folder"
cp ../alerts/kv-01-tor-access.arm.json "$work/folder/01.json"
"$program" run keyvault-alert --all --alert "$work/folder" --dry-run --unattended >"$work/lines"
echo "exit $?"
grep -o '"status":"[a-z]*","exit":[0-9]*\|"message":"[^"]*","file":"[^"]*","line":[0-9]*,"column":[0-9]*' "$work/lines"
t alert show "$work/folder/03-truncated.json" "$work/folder/01.json" | grep -v "^ "
t run keyvault-alert --alert "$work/folder" --dry-run
t run keyvault-alert --all --alert "$work/empty" --dry-run
# Of a folder of all kinds each alert gives its line, and what the playbook does not answer has no run: it is counted,
# with the commands for it.
mkdir "$work/mixed"
cp ../alerts/kv-01-tor-access.arm.json ../alerts/dns-01-currency-mining.arm.json ../alerts/dns-03-data-exfiltration.arm.json \
    ../alerts/arm-01-suspicious-ip.arm.json "$work/mixed"
sed 's/K8S_TestAlert/K8S_Unheard/' ../alerts/aks-01-test-alert.arm.json >"$work/mixed/other.json"
mixed() {
    t run keyvault-alert --all --alert "$work/mixed" --dry-run --unattended --jobs 1 --param principal=restrict \
        --answer origin=unexpected "$@" | grep -o '"run":[^,]*\|"status":"[a-z]*","exit":[0-9]*,"alert":{"id"\|"message":"keyvault[^"]*"\|^.exit.*'
}
mixed
mixed --json
"$program" runs list | grep -c '^  keyvault-alert .*, alert'
# JSON Lines, as a pipe or a storage account has them: payloads of any shape, a mark in front, lines that are none.
lines() {
    printf '\357\273\277'
    tr -d '\r\n' <../alerts/kv-01-tor-access.arm.json
    printf '\r\n{"a": 1,\t"a": 2}\r\n\r\n'
    tr -d '\r\n' <../alerts/batch-01-two-alerts.eventhub.json
    printf '\n[]'
}
lines >"$work/lines.jsonl"
lines >"$work/lines"
t alert list "$work/lines.jsonl"
t alert list - <"$work/lines" | grep -c '^  -#'
"$program" run keyvault-alert --alert "$work/lines#2516757137175899999_B51B24E4-4ED2-4048-91B0-1D146FF627C2" --audit \
    --unattended 2>/dev/null | sed -n '3,5p'
t run keyvault-alert --alert "$work/lines" --audit --unattended
"$program" run keyvault-alert --all --alert - --dry-run --unattended <"$work/lines" 2>/dev/null |
    grep -o '"status":"[a-z]*","exit":[0-9]*\|"line":[0-9]*,"column":[0-9]*'
for n in 01-tor-access 05-unusual-application; do tr -d '\r\n' <../alerts/kv-$n.arm.json; echo; done >"$work/two"
t run keyvault-alert --alert - --dry-run <"$work/two"
printf '\n\n' >"$work/blank.ndjson"
t alert list "$work/blank.ndjson"
t run keyvault-alert --alert "$work/nowhere.ndjson#1"
yes x | head -1500 >"$work/wrong.jsonl"
"$program" run keyvault-alert --all --alert "$work/wrong.jsonl" --dry-run 2>&1 >"$work/wrong" | tail -n 5
wc -l <"$work/wrong"
head -1000 "$work/wrong.jsonl" >"$work/thousand.jsonl"
"$program" run keyvault-alert --all --alert "$work/thousand.jsonl" --dry-run 2>/dev/null | wc -l
# Both streams, as a terminal shows them: one empty line behind the head though nothing was told on the way.
echo "run keyvault-alert --alert 4711"
"$program" run keyvault-alert --alert 4711 --dry-run 2>&1 | head -6
# What was on standard input is wanted again.
"$program" run keyvault-alert --alert - --dry-run --unattended <../alerts/kv-01-tor-access.arm.json 2>/dev/null | tail -3
printf '\377\376{' >"$work/wide.json"
t alert list "$work/wide.json"
# A pipe is read once: the line that is wrong is not asked of it again.
mkfifo "$work/pipe"
printf '{"a": \n x' >"$work/pipe" &
timeout -s KILL 20 "$program" alert list "$work/pipe" 2>&1
echo "[exit $?]"
rm "$work/pipe"
# Without --alert the newest of what the playbook answers, whether it names types or kinds.
for word in keyvault dns resource-manager kubernetes csp-fraud 'K*_PutGet*' nothing; do
    printf 'playbook: any\nversion: 1.0.0\nalerts: ["%s"]\nsteps:\n  - end: "${alert.kind} ${alert.type}"\n' "$word" >"$work/any.yaml"
    "$program" run "$work/any.yaml" --dry-run 2>/dev/null | grep -e '^Ended' -e '^error'
done
