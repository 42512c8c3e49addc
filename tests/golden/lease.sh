# Leases and questions with a time: what is due is taken back or goes on by `resume --due`; extend puts a lease off; a
# lease wants a change that can be taken back.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >"$work/off.yaml" <<Y
playbook: off
version: 1.0.0
title: Disable secrets for a while
params:
  lease_of_both: {type: bool, default: true, help: Whether both are disabled}
steps:
  - id: off
    for_each: "{'smtp-relay-password', 'sql-prod-connection'}"
    as: name
    do: keyvault.disable_secret
    with: {vault: $prod, name: "\${name}"}
    lease: 1s
Y
cat >"$work/asks.yaml" <<Y
playbook: asks
version: 1.0.0
steps:
  - id: sure
    ask: Is it so?
    choices: ["yes", "no"]
    otherwise: "no"
    within: 1s
  - id: later
    ask: And then?
    choices: ["yes", "no"]
    otherwise: "no"
    within: 4h
  - end: "\${sure.answer}"
Y
cat >"$work/wrong.yaml" <<Y
playbook: wrong
version: 1.0.0
steps:
  - id: look
    do: keyvault.get_vault
    with: {vault: $prod}
    lease: 4h
  - id: group
    lease: 4h
    steps:
      - id: mail
        do: notify.admin
        with: {subject: s, text: t}
Y
cd "$work" || exit 1
enabled() { # how many of the two secrets are, by the lab's own word
    "$program" run off.yaml --dry-run --json | jq -r '[.effects[] | select(.status == "planned")] | length | "\(.) would be disabled"'
}
stamps() { sed 's/20[0-9-]*T[0-9:.]*Z-[a-z0-9]*/RUN/g; s/20[0-9-]*T[0-9:.]*Z/TIME/g'; }
t check wrong.yaml
t run off.yaml --dry-run 2>/dev/null | grep -A2 '^1' | stamps
t run off.yaml --unattended --approve-all 2>/dev/null | stamps | sed -n '/^What lasts/,/^Steps/p'
t resume --due --answer off=gone
printf 'name: other\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\nroute: http://127.0.0.1:1\n' \
    >"$PLAYBOOK_CONFIG/other.yaml"
t extend last off --by 6s --profile other 2>&1 | stamps # whoever means a run of another profile means another run
t extend last off --by 6s | stamps
t extend last off
t extend last nothing --by 3s
sleep 1.1
t resume --due
enabled
sleep 6.5
t resume --due 2>/dev/null | stamps | sed '/^Made/,/^Steps/d'
enabled
t resume --due
t extend last off --by 3s
# A reader of the run sees that it is over, also where more was changed that has no lease.
sed 's/^playbook: off/playbook: both/; /lease: 1s/a\  - id: shut\n    do: keyvault.set_firewall\n    with: {vault: '"$prod"', default_action: Deny}' off.yaml >both.yaml
"$program" run both.yaml --unattended --approve-all >/dev/null 2>&1
run=$("$program" runs list --json | jq -r '.[-1].run')
sleep 1.1
t resume --due 2>/dev/null | grep -c '^Made'
t runs show "$run" | stamps | grep -E '^(Undone|Made|What lasts)|^[0-9–]+\.'
"$program" runs show "$run" --json | jq -c '[.leases, (.effects[] | [.path, .status])]'
t run asks.yaml 2>/dev/null | grep -A3 question
sleep 1.1
t resume --due 2>/dev/null | stamps
t resume --due
"$program" runs list --json | jq -r '.[] | [.playbook, .mode, .status] | @tsv'
# The end of a lease ends no question of its run: that goes on, and what a leased group changes behind the end of its
# lease gets one of its own.
cat >"$work/waits.yaml" <<Y
playbook: waits
version: 1.0.0
steps:
  - id: group
    lease: 1s
    steps:
      - id: firewall
        do: keyvault.set_firewall
        with: {vault: $prod, default_action: Deny}
      - id: sure
        ask: Is it so?
        choices: ["yes", "no"]
        otherwise: "no"
        within: 6s
      - id: off
        do: keyvault.disable_secret
        with: {vault: $prod, name: smtp-relay-password}
Y
words() { stamps | grep -E '^(TIME|RUN|Steps|Nothing|group|  group until)|^ +[a-z-]+ +group/'; }
"$program" lab reset >/dev/null
t run waits.yaml --approve-all 2>/dev/null | words
waits=$("$program" runs list --json | jq -r '[.[] | select(.playbook == "waits")][0].run')
sleep 1.1
t resume --due 2>&1 | words
t extend "$waits" group --by 2s
"$program" runs show "$waits" | words
sleep 5
t resume --due --approve-all 2>&1 | words
t extend "$waits" group --by 4s | stamps
t resume --due
sleep 5.2
t resume --due 2>&1 | words
t resume --due
# What is taken back beneath it, by the run itself or by a person, does not end the lease of the rest.
cat >"$work/rest.yaml" <<Y
playbook: rest
version: 1.0.0
steps:
  - id: all
    lease: 1s
    steps:
      - id: smtp
        do: keyvault.disable_secret
        with: {vault: $prod, name: smtp-relay-password}
      - id: sql
        do: keyvault.disable_secret
        with: {vault: $prod, name: sql-prod-connection}
      - id: contain
        steps:
          - id: firewall
            do: keyvault.set_firewall
            with: {vault: $prod, default_action: Deny}
          - id: last
            do: fx.boom
            on_error: undo
Y
"$program" lab reset >/dev/null
"$program" run rest.yaml --approve-all --lib "$here/../fixtures/run" 2>/dev/null | stamps | grep -o '^  all until TIME'
rest=$("$program" runs list --json | jq -r '.[-1].run')
"$program" undo "$rest" --step all/sql --approve-all >/dev/null 2>&1
"$program" runs show "$rest" --json | jq -c '[(.leases[] | .path), (.effects[] | [.path, .status])]'
sleep 1.1
t resume --due 2>&1 | stamps | grep -E '^RUN|^ +[a-z]+ +all'
"$program" runs show "$rest" --json | jq -c '[.leases, (.effects[] | [.path, .status])]'
# A lease that somebody puts off while others are ended is not ended.
serve real --latency 400
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
policy: policy.yaml
route: $route
Y
echo 'approvals: {contain: 0}' >"$PLAYBOOK_CONFIG/policy.yaml"
cat >one.yaml <<Y
playbook: one
version: 1.0.0
params: {name: string}
steps:
  - id: off
    do: keyvault.disable_secret
    with: {vault: $prod, name: "\${params.name}"}
    lease: 1s
Y
begin() { "$program" run one.yaml --profile real --unattended --json --param name="$1" 2>/dev/null | jq -r .run; }
first=$(begin smtp-relay-password)
second=$(begin sql-prod-connection)
sleep 1.1
"$program" resume --due --profile real >due 2>&1 &
due=$!
for _ in $(seq 100); do
    grep -qs "^$first: the lease of off ended" due && break
    sleep 0.1
done
t extend "$second" off --by 1h --profile real | stamps
wait $due
echo "exit $?"
words <due
# What was done under another profile is left to that one's timer.
"$program" run one.yaml --unattended --approve-all --param name=smtp-relay-password >/dev/null 2>&1
sleep 1.1
t resume --due --profile real
t resume --due 2>/dev/null | words
# Where the estate is not reached, the timer tries again.
third=$(begin smtp-relay-password)
end_serve
sed -i "s#^route:.*#route: http://127.0.0.1:1#" "$PLAYBOOK_CONFIG/real.yaml" # its own port may be another's by now
sleep 1.1
t resume --due --profile real 2>&1 | words
serve real
sed -i "s#^route:.*#route: $route#" "$PLAYBOOK_CONFIG/real.yaml"
t resume --due --profile real 2>&1 | words
t resume --due --profile real
"$program" runs show "$third" --json | jq -c '[.effects[].status, .leases]'
end_serve
# Who comes while another process is at it leaves it to that one.
"$program" lab reset >/dev/null
"$program" run off.yaml --unattended --approve-all >/dev/null 2>&1
"$program" run asks.yaml >/dev/null 2>&1
sleep 1.1
for run in $("$program" runs list --json | jq -r '.[-2:][].run'); do
    flock -o "$PLAYBOOK_STATE/runs/$run.lock" sleep 30 &
    holders="${holders:-} $!"
done
sleep 0.3
t resume --due
t resume --due --json
kill $holders
wait $holders 2>/dev/null
t resume --due 2>&1 | words
