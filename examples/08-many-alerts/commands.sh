work=${work:-$(mktemp -d)}
playbook alert sample --kind "KV_*" >"$work/alerts.json"
playbook run keyvault-alert --all --alert "$work/alerts.json" --jobs 4 --dry-run 2>/dev/null |
    jq -r '[.alert.type, .alert.resource.name, .status, (.effects | length)] | @tsv' | sort
