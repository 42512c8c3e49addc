# What the owners of exposed objects are told becomes of them.
told() { # OPTION...
    echo "$*"
    "$program" run keyvault-alert --alert ../alerts/kv-03-secret-listing-then-get.arm.json --dry-run --unattended "$@" \
        2>"$work/err" | sed -n '/^        Objects of the key vault/,/^      POST/p' | sed '1,/^$/d' | sed '1,/^$/d; /^      POST/d'
}
told
told --param keys=disable
told --param renew=owner
told --param objects=delete

# A change of what is not there is in place, and that is said: its name may be mistyped.
cat >"$work/mistyped.yaml" <<'END'
playbook: mistyped
version: 1.0.0
steps:
  - id: close
    do: keyvault.set_firewall
    with: {vault: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-contoso-prdo}
END
"$program" run "$work/mistyped.yaml" --audit --unattended --json | grep -o '"status":"in-place","reason":"[^"]*"'
