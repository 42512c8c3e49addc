# Where the policy names the keys of its approvers, only what one of them signed counts, and not the requester's.
as() { # WHO COMMAND...: with a configuration of its own; only the exit status, and what is asked for
    who=$1
    shift
    echo "\$ $who: playbook $*"
    PLAYBOOK_USER=$who "$program" --lib "$work/lib" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -o -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
mkdir -p "$work/lib/playbooks/lab"
policy="$work/lib/playbooks/lab/policy.yaml"
cat >"$work/remove.yaml" <<Y
playbook: remove
version: 1.0.0
title: Delete a secret
steps:
  - id: away
    do: keyvault.delete_secret
    with: {vault: $prod, name: smtp-relay-password}
Y
key() { # a key for a person, in a file of its own
    rm -f "$PLAYBOOK_CONFIG/approver.key"
    "$program" audit key --new "$1" 2>/dev/null >"$work/$1.vkey"
    mv "$PLAYBOOK_CONFIG/approver.key" "$work/$1.key"
}
key dana
key erik
key fay
printf 'approvals: {destroy: 1}\napprovers: [%s, %s]\n' "$(cat "$work/dana.vkey")" "$(cat "$work/erik.vkey")" >"$policy"
cd "$work" || exit 1
as dana run remove.yaml
says 'approval away'
as erik approve last
says 'signed with a key of'
as erik approve last --key fay.key
says 'none of the approvers'
as dana approve last --key dana.key
says 'began this run'
as erik approve last --key dana.key
says 'approval of others'
as erik approve last --key none.key
says 'none.key'
grep -c '"type":"approval.granted"' "$PLAYBOOK_STATE/trail/log.jsonl"
cp erik.key "$PLAYBOOK_CONFIG/approver.key"
as erik approve last
says 'Steps: .*'
sed -n 's/.*"type":"approval.granted".*"key":"\([a-z]*\)+.*"signature":"playbook.approval\/v1[^"]*granted.*/signed by \1/p' \
    "$PLAYBOOK_STATE/trail/log.jsonl"
as dana audit verify
says '^[a-z]+$'
as dana audit key --new dana
says 'is there already'
printf 'approvers: [erik+01234567+AAAA]\n' >"$policy"
as dana run remove.yaml --dry-run
says 'policy.yaml:1:[0-9]+: .*'
