# Reads that are not allowed: what they would need, who can grant it, what hangs on them; and nothing else fails.
"$program" alert sample --kind KV_SuspiciousIPAccess >"$work/alert.json"
serve_without() { # GLOB of requests [STATUS]
    printf '[{"match": "%s", "times": 0, "do": "status %s"}]' "$1" "${2:-403}" >"$work/faults.json"
    serve server --fault "$work/faults.json"
    printf 'name: beside\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\nroute: %s\n' "$route" \
        >"$PLAYBOOK_CONFIG/beside.yaml"
}
forbid() { # GLOB of requests
    serve_without "$1"
    "$program" run keyvault-alert --profile beside --alert "$work/alert.json" --dry-run --unattended \
        >"$work/screen" 2>/dev/null
    echo "[exit $?]"
    sed -n '/^What failed/,/^What needs/p' "$work/screen"
    end_serve
}
forbid 'GET management.azure.com/*/roleAssignments*'
forbid 'GET graph.microsoft.com/v1.0/roleManagement/*'

# A response that goes on without what it may not read, and leaves that to people.
leave() { # GLOB of requests
    serve_without "$1"
    echo "sender: soc@contoso.com" >>"$PLAYBOOK_CONFIG/beside.yaml"
    "$program" run resource-manager-alert --profile beside --alert ../alerts/arm-02-microburst-run-code.arm.json --dry-run \
        --unattended >"$work/screen" 2>/dev/null
    echo "[exit $?]"
    awk '/^  task|^[^ ]/ { kept = 0 } /not_read:/ { kept = 1 } kept' "$work/screen"
    kill "$server"
    wait "$server" 2>/dev/null
}
leave 'GET management.azure.com/*/roleAssignments*'
leave 'GET management.azure.com/*/Microsoft.Automation/*'
leave 'GET management.azure.com/*/Microsoft.Security/alerts*'
leave 'GET management.azure.com/*/automationAccounts/*/webhooks*'

# Neither the directory nor who answers for a resource has to be readable for the one question that everything hangs on.
asks() { # PLAYBOOK ALERT: the question, and what else is undecided
    "$program" run "$1" --profile beside --alert "$2" --dry-run --unattended >"$work/screen" 2>/dev/null
    echo "$1: exit $?"
    awk '/^  (task|question)|^[^ ]/ { kept = 0 } /question origin:/ { kept = 1 } kept' "$work/screen"
}
serve_without 'GET graph.microsoft.com/*'
echo "sender: soc@contoso.com" >>"$PLAYBOOK_CONFIG/beside.yaml"
asks keyvault-alert "$work/alert.json"
asks dns-alert ../alerts/dns-01-currency-mining.arm.json
asks resource-manager-alert ../alerts/arm-02-microburst-run-code.arm.json
end_serve

# A change of several requests of which one was not allowed: what was made of it can be taken back.
here_too() { # COMMAND ARG...: on what is served, as in the lab
    "$program" "$@" --profile served --unattended --approve-all >"$work/screen" 2>/dev/null
    echo "$1: exit $?"
}
beside() { # GLOB of requests that are not allowed [STATUS]
    serve_without "$@"
    cp ../../playbooks/lab/*.yaml "$PLAYBOOK_CONFIG"
    { sed 's/^name: lab/name: served/' ../../playbooks/lab/profile.yaml; echo "route: $route"; } >"$PLAYBOOK_CONFIG/served.yaml"
}
beside 'PUT */networkInterfaces/nic-web-01-back'
web=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01
here_too run isolate-resource --param "resource=$web"
half=$(sed -n 's/^Recorded as run \([^:]*\):.*/\1/p' "$work/screen")
end_serve
beside 'GET nowhere/*'
here_too undo "$half"
sed -n '/^Made/,/^Steps/p' "$work/screen"
end_serve

# Partner Center wants a person where an application signs in for itself, and answers so to both.
beside 'GET api.partnercenter.microsoft.com/v1/fraudEvents*' 401
here_too run csp-stale-alerts
sed -n '/^What failed/,/^$/p' "$work/screen"
end_serve
