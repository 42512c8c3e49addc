# A change that failed in passing is tried again: a response is not left half made, and nothing is done twice.
cat >"$work/faults.json" <<'Y'
[{"match": "PATCH management.azure.com/*/vaults/kv-contoso-prod*", "times": 1, "do": "status 500"},
 {"match": "PUT management.azure.com/*/accessPolicies/*", "times": 1, "do": "drop"},
 {"match": "DELETE graph.microsoft.com/*/roleAssignments/*", "times": 1, "do": "status 502"},
 {"match": "PATCH graph.microsoft.com/*/users/*", "times": 1, "do": "lose"}]
Y
serve served --fault "$work/faults.json"
cp ../../playbooks/lab/*.yaml "$PLAYBOOK_CONFIG"
{ sed 's/^name: lab/name: served/' ../../playbooks/lab/profile.yaml; echo "route: $route"; } >"$PLAYBOOK_CONFIG/served.yaml"
"$program" run keyvault-alert --profile served --alert ../alerts/kv-03-secret-listing-then-get.arm.json --answer origin=unexpected \
    --answer entra=revoke --unattended --approve-all --json >"$work/run.json" 2>/dev/null
echo "[exit $?]"
sed 's/"path":/\n&/g' "$work/run.json" |
    sed -nE 's/^"path":"(contain\/[^"]*)","primitive".*"status":"([a-z-]*)","verified".*/\1: \2/p'
end_serve

# So is every step of a shipped playbook that acts on vaults, accounts, rights, networks, machines or resources.
for file in ../../playbooks/*.yaml; do
    awk -v RS='- id: ' -v file="${file##*/}" '
        /do: (keyvault|entra|rbac|network|endpoint|automation|compute|resource|subscription)\./ &&
        !/do: [a-z]+\.(get|list|find|scan)_/ && !/do: resource.list/ && !/retry:/ { print file ": " $1 " is not tried again" }' "$file"
done
