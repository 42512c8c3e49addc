# A run that waits is gone on with: answered, approved, attested, interrupted and resumed; what is done is not done
# again, and what cannot be gone on with says why.
quiet() { # only the exit status and what is asked for
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() {
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
started() { grep -c '"type":"run.started"' "$PLAYBOOK_STATE/trail/log.jsonl"; }
cat >"$work/contain.yaml" <<'Y'
playbook: contain
version: 1.0.0
title: Contain a vault and have somebody look
steps:
  - id: vault
    do: keyvault.get_vault
    with: {vault: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod}
  - id: origin
    ask: Was it expected?
    choices: [expected, unexpected]
  - id: firewall
    when: origin.answer == 'unexpected'
    do: keyvault.set_firewall
    with: {vault: "${vault.id}", default_action: Deny}
  - id: look
    task: Look at what the caller has read
  - id: report
    when: look.done
    let: {text: "looked at by a person, ${vault.name}"}
Y
cd "$work"
"$program" lab reset >/dev/null
t run contain.yaml 2>/dev/null
quiet resume last --json
says '"status":"waiting"' | grep -o '"requests":{[^}]*}'
t answer last origin=perhaps
t answer last orign=unexpected
t answer last origin
quiet answer last origin=unexpected
says '^To approve what waits for it, and go on:$'
t answer last origin=expected
quiet approve last --effect elsewhere
says 'no change of .* waits'
quiet approve last
says '^firewall|applied, verified' | sed -E 's/^ +//' | head -1
says '^1 read|reads, 1 change sent this time' | sed -E 's/[0-9]+ reads?/N reads/'
quiet attest last watch
says 'has no open task watch'
date >evidence.txt
quiet attest last look --evidence evidence.txt --note "nobody else read it"
says 'Nothing was changed this time' | sed -E 's/[0-9]+ reads/N reads/'
# On the way only what was done this time is told, though the run was gone on with before.
says '^  (done|waiting|changing|skipped) '
quiet resume last
says 'is over: it ended as done'
# A task that nothing waits for stays open when the run is done, and is attested then; what hung on it follows.
quiet run contain.yaml --unattended --answer origin=expected
says 'playbook attest .*'
quiet attest last look --note "looked the day after"
says '^Steps: '
quiet attest last look
says 'has no open task look'
quiet answer last origin=expected
says 'is over: it ended as done'
echo "runs begun: $(started)"
t resume 2099
quiet run contain.yaml --dry-run
quiet resume last
says 'nothing to go on with'
quiet run contain.yaml
sed -i 's/Was it expected/Was that expected/' contain.yaml
t answer last origin=expected
# Who began it is who began it, whoever goes on; and a file is looked for where the run began.
mkdir "$work/there"
cat >"$work/there/by.yaml" <<'Y'
playbook: by
version: 1.0.0
title: Who began it
steps:
  - id: origin
    ask: Was it expected?
    choices: [expected, unexpected]
  - id: mine
    when: run.by == 'dana'
    let: {who: "${run.by}"}
Y
cd "$work/there"
quiet run by.yaml
cd "$work"
t answer last origin=expected
cd "$work/there"
PLAYBOOK_USER=erik quiet answer last origin=expected
says '^Steps: '
# On a real estate a run is gone on with by a person at a terminal, or with their word for it.
serve real
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
route: $route
Y
cd "$work/there"
quiet run by.yaml --profile real --unattended
t resume last --profile real
t resume last --profile real --approve-all
quiet resume last --profile real --unattended
quiet answer last origin=expected --profile real
end_serve
