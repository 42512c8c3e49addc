# An approver whom the policy no longer names: what he gave does not count, and another is asked for.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
as() { # WHO COMMAND...: only the exit status and what is asked for
    who=$1
    shift
    echo "\$ $who: playbook $*"
    PLAYBOOK_USER=$who "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
    grep -E '^  approval|playbook approve|^Steps: ' "$work/all"
}
cd "$work" || exit 1
cat >close.yaml <<Y
playbook: close
version: 1.0.0
steps:
  - id: off
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
Y
serve real
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
policy: policy.yaml
route: $route
Y
approvers() { echo "{approvals: {contain: 2}, approvers: [$1]}" >"$PLAYBOOK_CONFIG/policy.yaml"; }
key() {
    "$program" audit key --new "$1" 2>/dev/null
    mv "$PLAYBOOK_CONFIG/approver.key" "$1.key"
}
erik=$(key erik) fay=$(key fay) gus=$(key gus)
approvers "$erik, $fay, $gus"
as dana run close.yaml --profile real --unattended
as erik approve last --profile real --key erik.key
approvers "$fay, $gus"
as fay approve last --profile real --key fay.key
as gus approve last --profile real --key gus.key
end_serve
