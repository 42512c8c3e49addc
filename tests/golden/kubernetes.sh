# The test alert of a cluster: caused, looked for, recognised, closed, opened again; and what it is in other forms.
alert=2516755679969999999_0d409047-94c2-4fe5-965f-2eea9b2e9969
cluster=/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/Microsoft.ContainerService/managedClusters/aks-contoso-dev
run_of() {
    "$program" runs list --json | grep -o '"run":"[^"]*"' | tail -1 | cut -d'"' -f4
}
"$program" lab reset >/dev/null
t run kubernetes-raise-test --param cluster=$cluster --unattended 2>/dev/null
# An alert of an older test proves nothing of today.
t run kubernetes-raise-test --param cluster=$cluster --param patience=5m --unattended 2>/dev/null |
    sed -n '/^What/,/^Clauses/p;/^\[exit/p'
t run kubernetes-raise-test --param cluster=$cluster --param since=2100-01-01T00:00:00Z --unattended 2>/dev/null |
    sed -n '/^What/,/^Clauses/p;/^\[exit/p'
t run kubernetes-raise-test --param cluster=$cluster --param since="$(date -u -d "-20 minutes" +%FT%TZ)" --param patience=15m --unattended 2>/dev/null |
    sed -n '/^What/,/^Clauses/p;/^\[exit/p'
t run kubernetes-raise-test --param cluster=${cluster}x --unattended 2>/dev/null
t run kubernetes-test-alert --alert $alert --dry-run --unattended 2>/dev/null
t run kubernetes-test-alert --alert $alert --unattended --approve-all 2>/dev/null | sed -n '/^error/,/^  hint/p;/^\[exit/p'
t run kubernetes-test-alert --alert $alert --unattended --approve-all --simulated 2>/dev/null | sed -n '/^Made/,$p'
live=$(run_of)
t run kubernetes-test-alert --alert $alert --audit --unattended 2>/dev/null | sed -n '/^in place/,$p'
t undo "$live" --unattended --approve-all 2>/dev/null | sed -n '/^Made/,$p'
t run kubernetes-test-alert --alert $alert --audit --unattended 2>/dev/null | sed -n '/^missing/,/^Gaps/p;/^\[exit/p'
t run kubernetes-test-alert --alert $alert --unattended --approve-all --simulated 2>/dev/null | sed -n '/^Made/p;/^Nothing/p;/^\[exit/p'
t run kubernetes-test-alert --alert $alert --unattended --approve-all --simulated 2>/dev/null | sed -n '/^Made/p;/^Nothing/p;/^\[exit/p'
for form in ../alerts/aks-*.json; do
    t run kubernetes-test-alert --alert "$form" --dry-run --unattended 2>/dev/null |
        sed -n '/^\$/p;/^error/p;/^Alert/p;/^Plan/p;/^Already/p;/^Ended/p;/^Steps/p;/^\[exit/p'
done
# Not in the estate; and one that only looks like a test.
sed 's/0d409047/0d409048/g' ../alerts/aks-01-test-alert.arm.json >"$work/elsewhere.json"
t run kubernetes-test-alert --alert "$work/elsewhere.json" --dry-run --unattended 2>/dev/null | sed -n '/^What/,$p'
sed -e 's/test alert for K8S (not a threat)/Privileged container detected/' -e 's/K8S_TestAlert/K8S_PrivilegedContainer/' \
    -e 's/asc-alerttest-662jfi039n/payroll/' \
    ../alerts/aks-01-test-alert.arm.json >"$work/real.json"
t run kubernetes-test-alert --alert "$work/real.json" --dry-run --unattended 2>/dev/null
