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
