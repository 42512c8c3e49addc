# An answer of 200 that says nothing (a proxy's, say) is not taken for "there is none".
"$program" alert sample --kind KV_SuspiciousIPAccess >"$work/alert.json"
serve_empty() { # GLOB of requests that are answered so
    printf '[{"match": "%s", "times": 0, "do": "status 200"}]' "$1" >"$work/faults.json"
    serve server --fault "$work/faults.json"
    cp ../../playbooks/lab/*.yaml "$PLAYBOOK_CONFIG"
    printf 'name: beside\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\npolicy: beside-policy.yaml\nroute: %s\n' \
        "$route" >"$PLAYBOOK_CONFIG/beside.yaml"
    printf 'protect: [break.glass@contoso.com]\n' >"$PLAYBOOK_CONFIG/beside-policy.yaml"
}
empty() { # GLOB, COMMAND...
    serve_empty "$1"
    shift
    t "$@" --profile beside
    end_serve
}
empty 'GET management.azure.com/subscriptions' alert list
empty 'GET management.azure.com/*/Microsoft.Security/alerts' alert list
empty 'GET management.azure.com/subscriptions' run keyvault-alert --alert "$work/alert.json" --dry-run --unattended
empty 'GET management.azure.com/*/roleDefinitions/*' permissions keyvault-alert --check

# Whom the policy protects is then protected by his name only.
serve_empty 'GET graph.microsoft.com/*/users/*'
"$program" run keyvault-alert --profile beside --alert "$work/alert.json" --dry-run --unattended 2>/dev/null |
    sed -n '/the policy protects/,/E_CONFIG/p'
end_serve
