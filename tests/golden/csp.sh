# Fraud alerts of Partner Center: the response from rehearsal to undoing, and the playbooks of other days.
answers="--answer finding=fraud --answer suspend=resources"
t run csp-fraud-alert --dry-run --unattended
t run csp-fraud-alert $answers --dry-run --unattended
t run csp-fraud-alert $answers --unattended --approve-all
t run csp-fraud-alert $answers --unattended --audit
run=$(command playbook runs list --json | sed 's/.*"run":"\([^"]*\)","playbook":"csp-fraud-alert","version":"1.0.0","mode":"live".*/\1/')
t undo "$run" --approve-all
t run csp-fraud-alert $answers --unattended --audit
t run csp-fraud-alert $answers --unattended --approve-all
t run csp-fraud-alert $answers --unattended --approve-all

# The whole subscription; what was judged to be legitimate; and every sample, which must not fail.
t lab reset
t run csp-fraud-alert --answer finding=fraud --answer suspend=subscription --unattended --approve-all
t lab reset
t run csp-fraud-alert --alert ../alerts/csp-09-crypto-mining.graph-partner.json --answer finding=legitimate --unattended --approve-all
# What Graph names is the same event when it is resolved, and never another one that is still open.
for mode in --audit --approve-all; do
    t run csp-fraud-alert --alert ../alerts/csp-09-crypto-mining.graph-partner.json --answer finding=legitimate $mode \
        --unattended 2>/dev/null | sed -n '/^\$/p;/^Gaps/p;/^Made/p;/^Nothing/p;/^\[exit/p'
done
t run csp-fraud-alert --alert ../alerts/csp-08-webhook.json --dry-run --unattended
# A webhook names no event: that of its time is meant, and when it is resolved no other one takes its place.
t lab reset
sed "s/2024-09-16T03:26:39.5485487+00:00/$(date -u -d '105 minutes ago' +%Y-%m-%dT%H:%M:%SZ)/" ../alerts/csp-08-webhook.json >"$work/webhook.json"
for mode in --approve-all --approve-all --audit; do
    t run csp-fraud-alert --alert "$work/webhook.json" --answer finding=ignore --unattended $mode 2>/dev/null |
        sed -n '/^\$/p;/fraudevents/Ip;/^ *EventIds/,/^ *ResolvedReason/p;/^Gaps/p;/^Made/p;/^Nothing/p;/^\[exit/p'
done
for sample in ../alerts/csp-*.json; do
    command playbook run csp-fraud-alert --all --alert $sample --dry-run --unattended |
        sed 's/.*"status":"\([a-z]*\)","exit":\([0-9]*\).*/\1 \2/' | sed "s#^#${sample##*/} #"
done
t run csp-fraud-alert --alert ../alerts/csp-06-service-health-advisory.fraudevents.json --unattended --approve-all

# Other days.
subscription=00d91870-eb2b-49c1-b776-92d6553f94c0
t run csp-daily-digest --unattended
t run csp-stale-alerts --unattended --dry-run
t run csp-stale-alerts --answer "each[00d91870-eb2b-49c1-b776-92d6553f94c0_fb94f1c1-1125-4957-860b-d78ffb50ed5d]/finding=ignore" --answer "each[662ce12b-cc10-49d2-92d1-f0c5c0fd26f7_e5170865-4204-4bd5-a583-7a1f74f66436]/finding=fraud" --unattended --approve-all
t run csp-stale-alerts --unattended --audit
t run csp-hardening --param subscription=$subscription --param contacts=soc@contoso.com --param budget=900 --answer turn_on=yes --unattended --approve-all
t run csp-hardening --param subscription=$subscription --param contacts=soc@contoso.com --param budget=900 --answer turn_on=yes --unattended --audit
# What is in place is no change that an answer would lead to.
t run csp-hardening --param subscription=$subscription --param contacts=soc@contoso.com --param budget=900 --dry-run --explore --unattended
t run csp-hardening --param subscription=662ce12b-cc10-49d2-92d1-f0c5c0fd26f7 --answer quota/lower=yes --answer second_factor/demand=yes --unattended --approve-all
t undo last --approve-all
t run csp-subscribe --param url=https://hooks.contoso.com/webhooks/callback --unattended --approve-all
t run csp-subscribe --param url=https://hooks.contoso.com/webhooks/callback --unattended --audit
t run csp-notifications --param agents=agent@contoso-partner.com --unattended
t run csp-activity-log --unattended
t run support-request --param about=abuse --param customer=53930895-ff43-4808-a11e-99816b51822a --param subscription=662ce12b-cc10-49d2-92d1-f0c5c0fd26f7 --param resource=vm --param start=2026-01-01T00:00:00Z --param unknown=finish --param send=ticket --param first_name=Omar --param last_name=Haddad --param email=omar.haddad@contoso.com --unattended --approve-all

# Refused: another partner's alert; a report that names no event, which would mean all of them; a customer's subscription
# that the profile does not name.
sed 's/13c81823/99c81823/' ../alerts/csp-01-crypto-mining.fraudevents.json >"$HOME/other.json"
t run csp-fraud-alert --alert "$HOME/other.json" --unattended --approve-all
one() {
    printf 'playbook: one\nversion: 1.0.0\nsteps:\n  - id: one\n    do: %s\n    with: %s\n' "$1" "$2" >"$HOME/one.yaml"
    t run "$HOME/one.yaml" --unattended --approve-all
}
one partner.set_fraud_status "{subscription: 662ce12b-cc10-49d2-92d1-f0c5c0fd26f7, events: [], reason: Fraud}"
one subscription.suspend "{subscription: 662ce12b-cc10-49d2-92d1-f0c5c0fd26f7}"
one subscription.suspend "{subscription: 662ce12b-cc10-49d2-92d1-f0c5c0fd26f7, by: cancel}"
one subscription.suspend "{subscription: 4bdad6d8-0ca1-4008-be5f-f128e988c706, by: cancel}"
t undo last --approve-all

# Where Microsoft.Quota is not registered, the interface before it is asked; and a subscription that does not show its
# cost to the partner is rated by Partner Center all the same.
one quota.request "{subscription: b1b975b7-09ab-4d05-867f-3a3b4bc1ba70, region: westeurope, name: standardNCSv3Family, limit: 2}"
t undo last --approve-all
printf '[{"match": "POST management.azure.com/*CostManagement*", "times": 0, "do": "status 403"}]' >"$work/faults.json"
serve server --fault "$work/faults.json"
printf 'name: beside\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\nroute: %s\n' "$route" \
    >"$PLAYBOOK_CONFIG/beside.yaml"
echo 'partner: {tenant: 13c81823-25cf-4470-86c5-600343cd1e23, refresh_token_env: CONSENT}' >>"$PLAYBOOK_CONFIG/beside.yaml"
CONSENT=lab-only-of-an-admin-agent "$program" run csp-fraud-alert --profile beside --alert ../alerts/csp-01-crypto-mining.fraudevents.json --dry-run \
    --unattended 2>/dev/null | sed -n '/question finding/,/|/p'
end_serve

# Support is told what is new: in the ticket that is open, and in a service request at Partner Center.
t run support-request --param about=abuse --param customer=74089063-2271-49e8-a1bf-bfd88a2b42b8 --param subscription=856b9ad0-dd1f-4bf7-aa9e-75e8073c5009 --param resource=ml-wwi --param start=2026-01-01T00:00:00Z --param unknown=finish --param send=ticket --param first_name=Omar --param last_name=Haddad --param email=omar.haddad@contoso.com --param request=615102093024569 --unattended --approve-all

# A budget of another period, or of a part of the subscription, is not the monthly one that is lowered.
cat >"$work/part.yaml" <<'END'
playbook: part
version: 1.0.0
steps:
  - id: lower
    do: cost.set_budget
    with: {subscription: 662ce12b-cc10-49d2-92d1-f0c5c0fd26f7, name: a-web, amount: 100, contacts: [soc@contoso.com]}
END
t run "$work/part.yaml" --dry-run
