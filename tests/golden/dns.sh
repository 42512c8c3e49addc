# The response to a DNS alert, told whole in the lab: look, judge, act, judge, take back, judge, act twice. Then one that
# is answered to the end, machines of other kinds, and every sample. Progress (standard error) comes in no fixed order.
digest() {
    "$program" lab digest >"$work/digest.new"
    [ -f "$work/digest.old" ] || cp "$work/digest.new" "$work/digest.old"
    cmp -s "$work/digest.old" "$work/digest.new" && echo "the estate is as it was" || echo "the estate has changed"
}
brief() { # the commands, what was changed and how it ended
    sed -n '/^\$ playbook/p;/^\[exit/p;/^Made/p;/^Plan/p;/^[0-9]\.  /,/^ *virtualMachines/p;/^Already/p;/^Steps/,/^[0-9N].*sent/p'
}
changes() { # the same, with each change whole
    sed -n '/^\$ playbook/p;/^\[exit/p;/^Made/p;/^[0-9]\.  /,/^$/p;/^Steps/,/^[0-9N].*sent/p' |
        sed -E 's/_OsDisk_1_[0-9a-f]{8}/_OsDisk_1_SOME-DISK/g'
}
run_of() { # the id of the newest run
    "$program" runs list --json | grep -o '"run":"[^"]*"' | tail -1 | cut -d'"' -f4
}
"$program" lab reset >/dev/null
digest
t run dns-alert --dry-run --unattended 2>/dev/null
digest
t run dns-alert --unattended --approve-all 2>/dev/null | brief
live=$(run_of)
digest
t run dns-alert --audit --unattended 2>/dev/null | sed '/^What needs a person/,$d'
t undo "$live" --unattended --approve-all 2>/dev/null
t run dns-alert --audit --unattended 2>/dev/null |
    sed -n '/^\$ playbook/p;/^missing/,/evidence/p;/^Gaps/,/^$/p;/^\[exit/p'
t run dns-alert --unattended --approve-all 2>/dev/null | brief
t run dns-alert --unattended --approve-all 2>/dev/null | brief

# Answered to the end: the machine is made anew, is given back, and the alert is resolved.
t run dns-alert --unattended --approve-all --answer origin=unexpected --answer 'treat[vm-hr-01]/verdict=nothing' \
    --param advice=assign --answer 'treat[vm-hr-01]/state=rebuild' --answer 'treat[vm-hr-01]/give_back=release' --answer close=resolve 2>/dev/null | changes
t run dns-alert --unattended --approve-all 2>/dev/null | brief
"$program" lab reset >/dev/null
t run dns-alert --unattended --approve-all --answer origin=expected 2>/dev/null | brief
# Closed is closed, by whichever decision: whoever asks again plans no isolation.
t run dns-alert --unattended --dry-run --answer origin=unexpected 2>/dev/null | sed -n '/^\$ playbook/p;/^[0-9]\.  /p;/^\[exit/p'

# Isolation through the agent as well, of a machine with two interfaces; and back.
web=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01
t run isolate-resource --param resource=$web --param how=both --param allow_from=192.0.2.0/24 --unattended --approve-all 2>/dev/null
t run release-resource --param resource=$web --unattended --approve-all 2>/dev/null | changes

# Every sample, and an alert about what is no machine, finds its way.
for alert in ../alerts/dns-*.json; do
    echo "${alert##*/}"
    "$program" run dns-alert --alert "$alert" --dry-run --unattended 2>"$work/err" >"$work/out"
    status=$?
    sed -n '/^error/p;/^Plan/p;/^[0-9]\.  /p;/^  task /s/:.*//p;/^Steps/p;/^Clauses/p' "$work/out"
    echo "[exit $status]"
done
sed -e 's#Microsoft.Compute/virtualMachines/vm-batch-07#Microsoft.App/containerApps/batch#g' -e 's#vm-batch-07#batch#g' \
    ../alerts/dns-01-currency-mining.arm.json >"$work/container.json"
t run dns-alert --alert "$work/container.json" --dry-run --unattended 2>/dev/null | sed -n '/^Plan/p;/^[0-9]\.  /p;/^What needs/,$p'

# Addresses that the names led to are refused for all machines of a group, where that is wanted.
sed 's#vm-batch-07#vm-web-01#g; s#rg-batch#rg-contoso-prod#g' ../alerts/dns-01-currency-mining.arm.json >"$work/mining.json"
# One's own address among them is left out, which is said.
sed 's#203.0.113.21#10.0.1.9#g' "$work/mining.json" >"$work/own.json"
t run dns-alert --alert "$work/own.json" --param block=true --dry-run --unattended 2>/dev/null |
    sed -n '/network.block_address/,/^$/p; /task left_out/,/^  task/p'
t run dns-alert --alert "$work/mining.json" --param block=true --unattended --approve-all 2>/dev/null | sed -n '/network.block_address/,/^$/p'
# Where no machine has a group, or no address is known, that is left to people.
for alert in dns-01-currency-mining dns-02-sinkholed-domain; do
    "$program" run dns-alert --alert "../alerts/$alert.arm.json" --param block=true --dry-run --unattended 2>/dev/null |
        sed -n '/task refuse_by_hand/,/^  task who/p'
done

# A network is refused only where nothing of it is one's own or the platform's, and it is not half the world.
cat >"$work/wide.yaml" <<'YAML'
playbook: wide
version: 1.0.0
steps:
  - id: wide
    for_each: "{'203.0.113.0/24', '168.63.0.0/16', '8.0.0.0/5', '2000::/3', '0.0.0.0', '203.0.113.7/x', '172.0.0.0/8'}"
    as: network
    on_error: continue
    do: network.block_address
    with:
      group: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/networkSecurityGroups/nsg-web
      addresses: ["${network}"]
YAML
t run "$work/wide.yaml" --dry-run --unattended 2>/dev/null | sed -n '/^What was refused/,/^$/p'
