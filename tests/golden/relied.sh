# What a later run found in place, or made anew, is not taken back behind its back: the end of a lease waits for who wants
# the same for a time, and is left to people where it is wanted for good; a person who undoes it is told.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cd "$work" || exit 1
write() { # write NAME [LEASE]
    cat >"$1.yaml" <<Y
playbook: $1
version: 1.0.0
steps:
  - id: firewall
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny}
${2:+    lease: $2}
Y
}
write brief 1s
write longer 4s
write lasting
begin() { # begin NAME [OPTION…]: its id
    name=$1
    shift
    "$program" run "$name.yaml" --unattended --approve-all --json "$@" 2>/dev/null | jq -r .run
}
words() { grep -E '^(RUN|FIRST|SECOND|THIRD|  (warning|refused|firewall|note)|[A-Z][a-z]+: |Nothing|Steps)|firewall of' | sed 's/20[0-9-]*T[0-9:.]*Z-[a-z0-9]*/RUN/g'; }
firewall() { # by the lab's own word
    "$program" run lasting.yaml --audit --json | jq -r '"firewall: " + .steps[0].status'
}

echo "-- another run wants it for good"
first=$(begin brief)
second=$(begin lasting)
sleep 1.1
t resume --due 2>&1 | sed "s/$first/FIRST/g; s/$second/SECOND/g" | words
t resume --due
firewall
"$program" undo "$first" --dry-run --json | jq -r '.diagnostics[] | "\(.severity): \(.message)"' | sed "s/$second/SECOND/"
t undo "$first" --approve-all 2>/dev/null | sed "s/$second/SECOND/g" | words
firewall

echo "-- another run wants it for a time, too"
first=$(begin brief)
second=$(begin longer)
sleep 1.1
t resume --due | sed "s/$first/FIRST/g; s/$second/SECOND/g"
jq -c --arg run "$first" 'select(.type == "lease.extended" and .run == $run) | [.path, .lease, (.for | type)]' "$PLAYBOOK_STATE/trail/log.jsonl"
t resume --due
firewall
sleep 4
t resume --due 2>/dev/null | sed "s/$first/FIRST/g" | words
firewall

echo "-- another run changes more of it, for longer: the newest is taken back first"
sed 's/^playbook: longer/playbook: wider/; s/default_action: Deny/&, add: [203.0.113.64\/28]/' longer.yaml >wider.yaml
first=$(begin brief)
second=$(begin wider)
sleep 1.1
t resume --due | sed "s/$first/FIRST/g; s/$second/SECOND/g"
sleep 4
t resume --due 2>/dev/null | sed "s/$first/FIRST/g; s/$second/SECOND/g" | words
firewall

sed -i 's/lease: 4s/lease: 2s/' wider.yaml
sed 's/^playbook: wider/playbook: widest/; s/113.64/113.128/' wider.yaml >widest.yaml
sed -i 's/kv-contoso-prod/kv-contoso-arch/' brief.yaml wider.yaml widest.yaml # which has no rules
first=$(begin brief)
second=$(begin wider)
third=$(begin widest)
sleep 2.5 # and all are over when somebody comes
for _ in 1 2 3; do
    t resume --due 2>/dev/null | sed "s/$first/FIRST/g; s/$second/SECOND/g; s/$third/THIRD/g" | words
done
"$program" run brief.yaml --audit --json | jq -r '"firewall: " + .steps[0].status'
sed -i 's/kv-contoso-arch/kv-contoso-prod/' brief.yaml

echo "-- the other run was undone, or did it before"
first=$(begin brief)
cat lasting.yaml - >more.yaml <<Y
  - id: off
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
Y
sed -i 's/^playbook: lasting/playbook: more/' more.yaml
second=$(begin more)
"$program" undo "$second" --approve-all >/dev/null 2>&1
sleep 1.1
t resume --due 2>/dev/null | words
firewall

echo "-- the other run only found it, and counts on it no longer when it is undone"
first=$(begin brief)
second=$(begin lasting)
looked=$("$program" run lasting.yaml --audit --json 2>/dev/null | jq -r .run)
t undo "$looked" 2>&1 | sed "s/$looked/LOOKED/g"
t undo "$second" --step shut
t undo "$second" --dry-run 2>/dev/null | sed "s/$second/SECOND/g"
"$program" undo "$second" --json 2>/dev/null | jq -c '[.status, .exit, .requests.changed, (.diagnostics[] | [.severity, .message])]' | sed "s/$second/SECOND/g"
"$program" runs list --json | jq -r --arg run "$second" '.[] | select(.run == $run) | .status'
sleep 1.1
t resume --due 2>/dev/null | words
firewall

echo "-- the same vault, and somebody else's rights"
cat >rights.yaml <<Y
playbook: rights
version: 1.0.0
params: {principal: guid}
steps:
  - id: rights
    do: keyvault.remove_principal
    with: {vault: $prod, principal: "\${params.principal}"}
    lease: 1s
Y
sed 's/^playbook: rights/playbook: stays/; /lease/d' rights.yaml >stays.yaml
somebody=5e7bd3ff-454a-48f0-b08f-e04be3fb3f54
begin rights --param principal=$somebody >/dev/null
begin stays --param principal=00000000-0000-4000-8000-000000000001 >/dev/null
sleep 1.1
t resume --due 2>/dev/null | words
begin rights --param principal=$somebody >/dev/null
begin stays --param principal=$somebody >/dev/null
sleep 1.1
t resume --due 2>/dev/null | words

echo "-- a step that fails takes back what its group did, but not what another run counts on"
"$program" lab reset >/dev/null
cat >group.yaml <<Y
playbook: group
version: 1.0.0
steps:
  - id: group
    steps:
      - id: firewall
        do: keyvault.set_firewall
        with: {vault: $prod, default_action: Deny}
      - id: off
        do: keyvault.disable_secret
        with: {vault: $prod, name: smtp-relay-password}
      - id: sure
        ask: Is it so?
        choices: ["yes", "no"]
      - id: add
        do: entra.add_credential
        with: {object: 00000000-0000-4000-8000-000000000001, name: a, vault: $prod}
        on_error: undo
Y
first=$(begin group)
second=$(begin lasting)
"$program" answer "$first" sure=yes --approve-all --json 2>/dev/null | jq -c '.effects[] |
    [.path, .status]'
firewall

echo "-- what another process takes back at this moment is not in place"
printf -- '- {match: "PATCH */vaults/kv-contoso-prod", nth: 2, do: hold 4000}\n' >slow.yaml
serve real --fault slow.yaml
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
policy: policy.yaml
register: register.yaml
route: $route
Y
echo 'approvals: {contain: 0}' >"$PLAYBOOK_CONFIG/policy.yaml"
cp "$here/../../playbooks/lab/register.yaml" "$PLAYBOOK_CONFIG/register.yaml"
real() { "$program" run "$1.yaml" --profile real --unattended --json 2>/dev/null | jq -c '[.status, .effects[0].status]'; }
real brief
sleep 1.1
"$program" resume --due --profile real >due 2>&1 &
due=$!
for _ in $(seq 100); do
    ls "$PLAYBOOK_STATE/runs" 2>/dev/null | grep -q '^resource-' && break
    sleep 0.1
done
real lasting
wait $due
echo "exit $?"
"$program" run lasting.yaml --profile real --audit --json | jq -r '"firewall: " + .steps[0].status'
end_serve
