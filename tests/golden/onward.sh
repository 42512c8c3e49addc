# The command that a screen offers next, and the one that a hint names, do what is said of them when they are copied.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
copied() { # WORD: the command that stands in $work/out and begins with `playbook WORD`, run as it stands
    sed -n "s/^ *playbook $1 /playbook $1 /p; /^ *playbook $1 /,/[^\\\\]\$/{ /^ *playbook /!p; }" "$work/out" "$work/err" |
        sed "s#^playbook#command playbook#" >"$work/copied"
    sh "$work/copied" >"$work/out" 2>"$work/err"
    echo "[copied: exit $?]"
}
says() {
    grep -E -e "$1" "$work/out" "$work/err" -h || echo "NOT SAID: $1"
}
quiet() {
    echo "\$ playbook $*"
    command playbook "$@" >"$work/out" 2>"$work/err"
    echo "[exit $?]"
}
cd "$work"
cat >own.yaml <<Y
playbook: own
version: 1.0.0
title: Close a vault
alerts: [KV_*]
params:
  action: {type: enum, values: [Deny, Allow], default: Allow, help: What becomes of the firewall}
  names: {type: list, of: name, default: [], help: Secrets that are disabled}
steps:
  - id: sure
    ask: Shall it be?
    choices: [yes, no]
    otherwise: no
  - id: firewall
    do: keyvault.set_firewall
    with: {vault: "\${alert.resource.id}", default_action: "\${params.action}"}
  - id: off
    for_each: params.names
    as: name
    do: keyvault.disable_secret
    with: {vault: "\${alert.resource.id}", name: "\${name}"}
Y
# After a run that was gone on with: the same alert, which the estate does not show, and the same parameters.
command playbook alert sample --kind KV_TORAccess >'an alert.json'
quiet run own.yaml --alert 'an alert.json' --param action=Deny --param names=sql-prod-connection,acr-pull-token --approve-all
says 'playbook answer'
quiet answer last sure=yes --approve-all
sed -n '/To see that/,$p' "$work/out"
copied run
says '^Alert|^Gaps|^Steps'
# One of a file, of which all were answered.
command playbook alert sample --kind 'KV_*' >many.json
quiet run own.yaml --alert many.json
says 'alert list|--alert'
sed -n 's/.*`\(playbook alert list many.json\)`.*/\1/p' "$work/err" | sed 's/^/command /' | sh | head -1 | grep -c KV_
quiet run own.yaml --alert many.json --all --param action=Deny
run=$(command playbook runs list --json | sed 's/.*"run":"\([^"]*\)".*/\1/')
quiet answer "$run" sure=yes --approve-all
says 'many.json#'| sed 's/#[^ ]*/#ID/'
# An audit that did not come to its end says nothing of gaps.
t run keyvault-alert --audit --alert nobody_0-0
# A plan is applied with the options that it was made with, whatever its name is.
quiet run own.yaml --dry-run --answer sure=yes --alert 'an alert.json' --plan-out 'a plan.json' --lang en --state "$PLAYBOOK_STATE"
cat "$work/err" | sed -n '/The plan/,$p'
# What is no playbook of the library goes by its file.
quiet run own.yaml --dry-run --answer nothing=yes
says 'playbook show'
quiet run own.yaml --dry-run --param nothing=yes
says 'playbook show'
quiet run keyvault-alert --dry-run --answer nothing-at-all=yes
says 'playbook show'
# What is for a time only is for a time only in the outline, too.
cat >while.yaml <<Y
playbook: while
version: 1.0.0
steps:
  - id: firewall
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny}
    lease: 4h
Y
t show while.yaml
command playbook lab reset >"$work/out"
quiet run while.yaml --approve-all --lang en
tr -s '\n ' ' ' <"$work/out" | grep -o '`playbook extend[^`]*`' | sed 's/^`/command /; s/`$//' >"$work/copied"
sh "$work/copied" | sed 's/ until .*/ until TIME/'
# Many at once: those that wait for somebody have not failed.
jq -c '. as $all | range(21) | . as $n | $all[$n % ($all | length)] | .name = "n_\($n)" | .properties.systemAlertId = "n_\($n)"' many.json >lines.jsonl
quiet run own.yaml --alert lines.jsonl --all
tail -1 "$work/err"
t run dns-alert --dry-run --alert 'an alert.json' | grep -A1 error
