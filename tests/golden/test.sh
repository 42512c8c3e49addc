# Tests of playbooks: the one that `new` writes, and what is said of such that fail or cannot be run.
cd "$work" || exit 1
mkdir tmp
export TMPDIR="$work/tmp"
t test
t new mine
t test
sed -i -e 's/Deny/Allow/' -e 's/firewall: planned}/firewal: planned}/' -e 's/skipped}/planned}/' -e 's/{}/{}\n      exit: 1/' mine.test.yaml
t test mine.test.yaml
t test --json
t test --profile contoso
# What keeps one from running: the other cases and files run all the same, unless it is the playbook.
mkdir more && cd more
cat >a.test.yaml <<'Y'
playbook: keyvault-enable
cases:
  - name: no parameter
    expect: {}
  - name: no such parameter, no such sample
    params: {subscripton: 4c37d899-9818-4152-8233-89cea195dbe7}
    expect: {}
  - name: no such alert
    alert: none.json
    expect: {}
  - name: good
    params: {subscription: 4c37d899-9818-4152-8233-89cea195dbe7}
    expect: {steps: {enable: in-place}}
Y
cat >b.test.yaml <<'Y'
playbook: ../mine.yaml
cases:
  - name: both
    alert: a.json
    sample: KV_TORAccess
    expect: {}
  - name: no such type
    sample: KV_TORAcess
    expect: {}
  - name: no such answer
    answers: {origin: perhaps}
    expect: {}
  - name: a fault of the estate
    fault: fault.yaml
    first: dry-run
    expect: {exit: 0}
  - name: no such fault
    fault: faults.yaml
    expect: {}
Y
echo '[{match: "GET */vaults/*", do: status 403, times: 0}]' >fault.yaml
printf 'playbook: broken.yaml\ncases:\n  - {name: one, expect: {}}\n  - {name: two, expect: {}}\n' >c.test.yaml
printf 'playbook: broken\nversion: 1.0.0\nsteps: [{do: keyvault.get_valut}]\n' >broken.yaml
printf 'playbook: x\ncases:\n  - name: x\n    expect: {efects: {}}\n' >d.test.yaml
t test .
t test b.test.yaml ../mine.yaml --json
ls "$TMPDIR"
printf 'playbook: keyvault-enable\ncases: []\n' >none.test.yaml
t test none.test.yaml
printf 'playbook: warns\nversion: 1.0.0\nsteps:\n  - {ask: "Sure?", choices: [yes, no], within: 1h}\n' >warns.yaml
printf 'playbook: warns.yaml\ncases:\n  - {name: one, expect: {}}\n  - {name: two, expect: {}}\n' >warns.test.yaml
t test warns.test.yaml
