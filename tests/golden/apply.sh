# A plan is rehearsed, saved and carried out as it was; where the estate has drifted since, the first change that differs
# is refused and nothing is done behind it.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/off.yaml" <<Y
playbook: off
version: 1.0.0
title: Disable secrets
params:
  names: {type: list, of: string, help: Which}
steps:
  - id: off
    for_each: params.names
    as: name
    do: keyvault.disable_secret
    with: {vault: $prod, name: "\${name}"}
Y
cd "$work" || exit 1
sent() { grep -E '^(Steps|What was|  refused|Nothing was|N? ?[0-9]* reads)|hint' | sed 's/[0-9]* reads/N reads/'; }
t run off.yaml --param names=smtp-relay-password,sql-prod-connection --dry-run --plan-out plan.json | tail -4
jq -r '[.plan, .playbook, .profile, (.changes | length), .changes[0].path, .changes[0].primitive] | @tsv' plan.json
t apply plan.json 2>/dev/null | sent
t apply plan.json 2>/dev/null | sent
"$program" lab reset >/dev/null
echo '--- somebody has disabled the second one meanwhile, and changed the first'
"$program" run off.yaml --param names=sql-prod-connection --approve-all >/dev/null 2>&1
t apply plan.json 2>/dev/null | sent
"$program" lab reset >/dev/null
jq '.changes |= .[1:]' plan.json >less.json
t apply less.json 2>/dev/null | sent
t run off.yaml --param names=sql-prod-connection --dry-run >/dev/null 2>&1
echo '--- what the plan has before it never comes: it is waited for in vain'
"$program" run off.yaml --param names=sql-prod-connection --dry-run --plan-out gone.json >/dev/null 2>&1
jq '.changes[0].path = "gone"' gone.json >other.json
t apply other.json 2>/dev/null | sent
echo '--- a plan in which anything is written otherwise is not what would be done'
tried() { "$program" apply other.json --json 2>/dev/null | jq -r --arg edit "$1" '[$edit, .status, .exit, .requests.changed] | @tsv'; }
"$program" lab reset >/dev/null
for edit in '.primitive = "keyvault.get_vault"' '.resource += "x"' '.before = null' '.before = {}' '.before = 1' \
    '.after = {}' '.after |= with_entries(.key += "x")' '.requests = []' '.requests = {}' '.requests[0].method = "PUT"' \
    '.requests[0].body = {}' '.requests[0].body = {"unknown": 1}' '.before = {"$unknown": 1, "$secret": 1}' \
    '.before = {"$unknown": 1}' '.after = {"$secret": 1}'; do # what was not known, or shown, may be anything
    jq "(.changes[0] | $edit) as \$one | .changes[0] = \$one" plan.json >other.json
    tried "$edit"
    "$program" lab reset >/dev/null
done
sed -i 's/Disable secrets/Disable these/' off.yaml
t apply plan.json
echo '{"plan": 2}' >other.json
t apply other.json
t apply nowhere.json
t run off.yaml --param names=one --param names=two
t --profile nobody apply plan.json
echo '--- several changes of one resource: each was planned on what the one before it leaves'
cat >let_in.yaml <<Y
playbook: let-in
version: 1.0.0
title: Let three addresses in
steps:
  - id: open
    for_each: "{'198.51.100.1', '198.51.100.2', '198.51.100.3'}"
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny, add: ["\${item}"]}
Y
"$program" run let_in.yaml --dry-run --plan-out let_in.json >/dev/null 2>&1
for edit in 198.51.100.0/31 198.51.100.0/24 198.51.100.4 198.51.100.3/32; do # the last is the same network
    sed "s#198.51.100.3#$edit#" let_in.json >other.json
    tried "$edit"
    "$program" lab reset >/dev/null
done
sed "s#'198.51.100.2', '198.51.100.3'#'198.51.100.0/24'#" let_in.yaml >net.yaml
"$program" run net.yaml --dry-run --plan-out net.json >/dev/null 2>&1
sed 's#198.51.100.0/24#198.51.100.7#' net.json >other.json
tried 198.51.100.7
"$program" lab reset >/dev/null
t apply let_in.json 2>/dev/null | sent
"$program" lab reset >/dev/null
sed 's/, .198.51.100.3.//' let_in.yaml >fewer.yaml
"$program" run fewer.yaml --approve-all >/dev/null 2>&1
t apply let_in.json 2>/dev/null | sent
"$program" lab reset >/dev/null
echo '--- the whole response to an alert'
"$program" run keyvault-alert --dry-run --unattended --plan-out kv.json >/dev/null 2>&1
jq -r '.changes | length' kv.json
"$program" apply kv.json --json 2>/dev/null | jq -r '[.status, .exit, .requests.changed, ([.effects[] | select(.status == "applied")] | length)] | @tsv'
"$program" audit verify | head -1
"$program" lab reset >/dev/null
echo '--- a plan that waits for others stays what it was: the firewall is another when they have approved'
mkdir -p "$work/lib/playbooks/lab"
printf 'approvals: {contain: 2}\napprove_all: true\n' >"$work/lib/playbooks/lab/policy.yaml"
firewall() { # NAME PARAMETERS
    printf 'playbook: %s\nversion: 1.0.0\nsteps:\n  - id: close\n    do: keyvault.set_firewall\n    with: {vault: %s, %s}\n' "$1" "$prod" "$2" >"$1.yaml"
}
firewall close 'default_action: Deny'
firewall widen 'default_action: Allow, add: [198.51.100.0/24]'
"$program" --lib "$work/lib" run close.yaml --dry-run --plan-out two.json >/dev/null 2>&1
t --lib "$work/lib" apply two.json 2>/dev/null | sent
PLAYBOOK_USER=erik t --lib "$work/lib" approve last 2>/dev/null | sent
run=$("$program" runs list --json | jq -r '.[-1].run')
"$program" --lib "$work/lib" run widen.yaml --approve-all >/dev/null 2>&1
PLAYBOOK_USER=fay t --lib "$work/lib" approve "$run" 2>/dev/null | sent
"$program" runs list --json | jq -r '.[-2:][] | [.playbook, .status] | @tsv'
echo '--- side by side: whoever comes first, each is made on what those before it in the plan leave'
profile() {
    cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
register: register.yaml
route: $route
policy: policy.yaml
Y
}
late() { # N: the lab keeps the Nth look at the vault back, so that another one is first
    printf -- '- {match: "GET */vaults/kv-contoso-prod", nth: %s, do: hold 300}\n' "$1" >late.yaml
    serve "$2" --fault late.yaml
    profile
}
cp "$here/../../playbooks/lab/register.yaml" "$PLAYBOOK_CONFIG/register.yaml"
echo 'approvals: {contain: 0}' >"$PLAYBOOK_CONFIG/policy.yaml"
cat >side.yaml <<Y
playbook: side
version: 1.0.0
title: Let addresses in, side by side
steps:
  - parallel:
      - {id: one, do: keyvault.set_firewall, with: {vault: $prod, default_action: Deny, add: [198.51.100.1]}}
      - {id: two, do: keyvault.set_firewall, with: {vault: $prod, default_action: Deny, add: [198.51.100.2]}}
      - {id: like, do: keyvault.set_firewall, with: {vault: $prod, default_action: Deny, add: [198.51.100.2]}}
  - id: open
    for_each: "{'198.51.100.5', '198.51.100.6', '198.51.100.7'}"
    parallel: 2
    do: keyvault.set_firewall
    with: {vault: $prod, default_action: Deny, add: ["\${item}"]}
Y
late 1 planned
"$program" run side.yaml --profile real --dry-run --plan-out side.json >/dev/null 2>&1
end_serve
jq -c '[.changes[].path][:2]' side.json
late 2 made
t apply side.json --profile real 2>/dev/null | sent
end_serve
echo '--- what the plan has before it waits for others to approve it'
"$program" lab reset >/dev/null
"$program" run let_in.yaml --dry-run --plan-out let_in.json >/dev/null 2>&1
t --lib "$work/lib" apply let_in.json 2>/dev/null | sent
PLAYBOOK_USER=erik t --lib "$work/lib" approve last 2>/dev/null | sent
PLAYBOOK_USER=fay t --lib "$work/lib" approve last 2>/dev/null | sent
"$program" --lib "$work/lib" stop last >/dev/null 2>&1
"$program" lab reset >/dev/null
# A plan says under which profile it was made.
sed 's/"profile":"lab"/"profile":"prod"/' plan.json >other.json
t apply other.json
