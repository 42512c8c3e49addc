# A directory whose answer does not tell the new secret, and a vault that lets nobody write: the secret that nobody knows
# is taken away again by its key id, and the estate is what it was.
vault=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
echo 'approve_all: true' >"$PLAYBOOK_CONFIG/policy.yaml"
add() { # FAULT of the lab
    echo "[$1]" >"$work/faults.json"
    serve server --fault "$work/faults.json"
    printf 'name: beside\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\nroute: %s\npolicy: policy.yaml\n' \
        "$route" >"$PLAYBOOK_CONFIG/beside.yaml"
    t run rotate-credentials --profile beside --param principal=ba31ef8f-3012-417e-95f6-73b178bdebdd \
        --param kind=application --param vault=$vault --unattended --approve-all 2>/dev/null | sed -n '/^Made/p; /removePassword/p; /^What failed/,/^$/p'
    end_serve
    digest --state "$work/server"
}
digest --state "$work/server"
add '{"match": "POST graph.microsoft.com/*addPassword", "do": "garble"}'
add '{"match": "PUT kv-contoso-prod.vault.azure.net/*", "do": "status 403"}'

# Who goes on after that is not told that it is done: the directory has the secret, and nobody else.
cat >"$work/one.yaml" <<Y
playbook: one
version: 1.0.0
steps:
  - id: add
    do: entra.add_credential
    with: {object: c473eef5-51ca-465a-aef6-218e7fbf4048, name: release-pipeline, vault: $vault}
Y
echo '[{"match": "PUT kv-contoso-prod.vault.azure.net/*", "do": "status 403"}]' >"$work/faults.json"
serve server --fault "$work/faults.json"
sed -i "s#^route: .*#route: $route#" "$PLAYBOOK_CONFIG/beside.yaml"
t run "$work/one.yaml" --profile beside --unattended --approve-all >/dev/null 2>&1
t resume last --profile beside --unattended --approve-all 2>/dev/null | sed -n '/undecided/p; /^What needs/,/^$/p; /^.exit/p'
t run "$work/one.yaml" --profile beside --audit 2>/dev/null | sed -n '/^Gaps/p; /^.exit/p'
end_serve

# Once more: the one that did not arrive is taken away first, by the moment at which it ends.
serve server
sed -i "s#^route: .*#route: $route#" "$PLAYBOOK_CONFIG/beside.yaml"
run=$("$program" runs list --json | jq -r '[.[] | select(.playbook == "one" and .mode == "live")][-1].run')
t resume "$run" --profile beside --unattended --approve-all --answer 'add?=repeat' 2>/dev/null | sed -n '/POST/p; /PUT/p; /^.exit/p'
"$program" undo "$run" --profile beside --unattended --approve-all 2>/dev/null | sed -n '/POST/p; s/PATCH.*/PATCH …/p; /^Steps/p'
end_serve

# The secret that was made is not among those that are asked about.
for way in "--unattended --approve-all" --audit; do
    "$program" run rotate-credentials --param principal=ba31ef8f-3012-417e-95f6-73b178bdebdd --param kind=application \
        --param vault=$vault $way 2>/dev/null | tr -d '\n' | grep -o "has the secret *'[a-z]*"
done
