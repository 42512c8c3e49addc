# Many runs that wait for the same question are answered together: each as by itself, with the approvals that the policy
# wants, and each on a line of its own.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
write() { # write NAME SECRET
    cat >"$1.yaml" <<Y
playbook: $1
version: 1.0.0
title: Disable it where it was not expected
alerts: [KV_*]
steps:
  - id: origin
    ask: Was \${alert.id} expected?
    choices: [expected, unexpected]
  - id: off
    when: origin.answer == 'unexpected'
    do: keyvault.disable_secret
    with: {vault: $prod, name: $2}
Y
}
mkdir -p "$work/alerts" "$work/lib/playbooks/lab"
cd "$work" || exit 1
printf 'approvals: {contain: 2}\napprove_all: false\n' >lib/playbooks/lab/policy.yaml
write one smtp-relay-password
write two sql-prod-connection
for i in 1 2 3 4 5 6; do
    sed "s/\"systemAlertId\": *\"[^\"]*\"/\"systemAlertId\": \"al-$i\"/" "$here/../alerts/kv-01-tor-access.arm.json" >alerts/$i.json
done
lines() { jq -c '[.alert.id, .status, .exit, .asks[0].answer, .requests.changed, (.diagnostics[] | .message)]' | sort; }
of() { "$program" runs list --json --alert "$1" | jq -r '.[-1].run'; }
many() { # what it prints, and its exit status
    echo "\$ playbook $*" | sed 's/20[0-9TZ]*-[a-z0-9]*/RUN/g'
    "$program" "$@" >out 2>err
    status=$?
    lines <out
    cat err
    echo "[exit $status]"
}
"$program" run one.yaml --all --alert alerts >/dev/null 2>&1
"$program" run two.yaml --alert alerts/1.json >/dev/null 2>&1
echo '--- which ones'
t answer origin=expected
t answer --all last origin=expected
t answer last --alert al-1 origin=expected
t answer --all origin=expected
t answer last "$(of al-2)" 'off?=expected'
t runs list --playbook two | grep -c '^[^ ]'
echo '--- several by name: of one playbook, and each once'
many answer "$(of al-2)" "$(of al-3)" "$(of al-2)" "$(of al-1)" nonsense origin=expected
echo '--- all that wait for it'
many answer --all --playbook one --alert 'al-?' origin=expectd
many answer --all --playbook one --alert al-4 --jobs 2 origin=expected
many answer --all --playbook none origin=expected
many answer --all other=expected
echo '--- none of them does more than if it were answered alone'
many answer --all --playbook one --lib lib origin=unexpected
many answer --all --playbook one --lib lib --approve-all origin=unexpected
"$program" runs list --json --playbook one | jq -r '.[] | [.alert, .status] | @tsv'
"$program" run one.yaml --alert alerts/4.json --lib lib >/dev/null 2>&1
many answer --all --lib lib --approve-all --playbook one origin=unexpected
