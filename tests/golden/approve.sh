# Whose approval counts: nobody's twice, the requester's only where the policy says so, and each for all of what was
# shown together.
as() { # WHO COMMAND...: only the exit status and what is asked for
    who=$1
    shift
    echo "\$ $who: playbook $*"
    PLAYBOOK_USER=$who "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
deletes() { # DELETEs that an intent stands for
    grep -c '"type":"effect.intent".*"method":"DELETE"' "$PLAYBOOK_STATE/trail/log.jsonl"
}
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/remove.yaml" <<Y
playbook: remove
version: 1.0.0
title: Delete a secret
steps:
  - id: away
    do: keyvault.delete_secret
    with: {vault: $prod, name: smtp-relay-password}
Y
cat >"$work/close.yaml" <<Y
playbook: close
version: 1.0.0
title: Disable secrets
steps:
  - id: off
    for_each: "{'smtp-relay-password', 'sql-prod-connection'}"
    as: name
    do: keyvault.disable_secret
    with: {vault: $prod, name: "\${name}"}
Y
cd "$work"
as dana run remove.yaml
says 'approval away'
as dana approve last
says 'began this run'
as erik approve last
says 'approval away'
as erik approve last
says 'approved it already'
as dana resume last
echo "deleted: $(deletes)"
as dana approve last --refuse
"$program" lab reset >/dev/null
as dana run remove.yaml
as erik approve last
as fay approve last
says '^Steps: '
echo "deleted: $(deletes)"
"$program" lab reset >/dev/null
as dana run close.yaml
says 'approval off'
as dana approve last --effect 'off[0]'
says 'decided together|--effect'
as dana approve last --effect off
says '^Steps: '
# A path names what is under it: here the two approvals of one group, and not the third.
cat >"$work/group.yaml" <<Y
playbook: group
version: 1.0.0
steps:
  - parallel:
      - id: contain
        parallel:
          - id: one
            do: keyvault.disable_secret
            with: {vault: $prod, name: acr-pull-token}
          - id: two
            do: keyvault.disable_secret
            with: {vault: $prod, name: storage-sas-prod}
      - id: other
        do: keyvault.set_firewall
        with: {vault: $prod, default_action: Deny}
Y
as dana run group.yaml
says '^  approval' | sort
as erik approve last --effect step-1/contain --effect step-1/othe
says 'no change'
as erik approve last --effect step-1/contain
says '^  approval|^Steps'
as erik approve last --effect step-1/othe
says 'no change'
# Who reads the run sees who decided what, and whether having been shown it.
cat >"$work/decided.yaml" <<Y
playbook: decided
version: 1.0.0
steps:
  - id: sure
    ask: Shall it be?
    choices: [yes, no]
  - id: off
    when: sure.answer == 'yes'
    do: keyvault.disable_secret
    with: {vault: $prod, name: sql-prod-connection}
  - id: shut
    when: sure.answer == 'yes'
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny}
  - id: tell
    task: Tell the owner
Y
"$program" lab reset >/dev/null
as dana run decided.yaml
as erik answer last sure=yes
as fay approve last
as erik resume last --approve-all
as gus attest last tell --note "told by telephone"
"$program" runs show last | sed -n '/^What people/,/^$/p'
as gus attest last tel
says 'hint'
