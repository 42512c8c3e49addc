# Every clause of every catalogue that asks for something is carried out by a run in the lab: a step that cites it was done,
# found in place, or left to people. clauses.lua says which no step cites; this says which no run reaches.
go() { # NAME OPTION…
    command playbook run "$@" --unattended --approve-all --simulated --json 2>>"$work/muttered" >"$work/run"
    echo "exit $? $(grep -o '"status":"failed"' "$work/run" | wc -l) failed: $*" | sed "s#$work/##"
    grep -o '"clauses":\[{"id".*' "$work/run" | grep -oE '"id":"[A-Za-z0-9-]*","status":"[a-z-]*"' |
        sed -n '/not-applicable/!s/"id":"\([^"]*\)".*/\1/p' >>"$work/reached"
}
subscription=00d91870-eb2b-49c1-b776-92d6553f94c0 dev=4bdad6d8-0ca1-4008-be5f-f128e988c706
"$program" lab reset >/dev/null
# A kind of fraud event that nobody knows yet.
sed -i 's/"MultiRegionMachineLearningUsageAnomaly"/"UnheardOfAnomaly"/' "$PLAYBOOK_STATE/lab/estate.jsonl"
go csp-daily-digest
"$program" lab reset >/dev/null
go csp-fraud-alert --alert ../alerts/csp-02-vm-deployment.fraudevents.json --answer finding=legitimate
go csp-fraud-alert --alert "../alerts/csp-07-old-model.fraudevents.json#${subscription}_fb94f1c1-1125-4957-860b-d78ffb50ed5d" \
    --answer finding=legitimate
go csp-fraud-alert --alert ../alerts/csp-05-usage-anomaly.fraudevents.json --answer finding=ignore
go csp-fraud-alert --alert ../alerts/csp-01-crypto-mining.fraudevents.json --answer finding=fraud --answer suspend=resources
go csp-fraud-alert --alert ../alerts/csp-01-crypto-mining.fraudevents.json --answer finding=fraud --answer suspend=subscription
go csp-fraud-alert --alert ../alerts/mail/02-daily-summary.eml
go csp-fraud-alert --alert ../alerts/mail/04-forged-sender.eml
go csp-stale-alerts --answer finding=ignore
go csp-hardening --param subscription=$subscription --param contacts=soc@contoso.com --param budget=900
go csp-notifications --param agents=agent@contoso-partner.com --param subscriptions=$subscription \
    --param contacts=soc@contoso.com
go csp-activity-log
go csp-subscribe --param url=https://hooks.contoso.com/webhooks/callback
go support-request --param about=partner-center
go dns-alert --alert ../alerts/dns-02-sinkholed-domain.arm.json --answer origin=expected
go dns-alert --alert ../alerts/dns-01-currency-mining.arm.json --answer origin=unexpected
go resource-manager-alert --alert ../alerts/arm-01-suspicious-ip.arm.json --answer origin=expected
go resource-manager-alert --alert ../alerts/arm-03-microburst-vm-command.arm.json --answer origin=unexpected
go keyvault-alert --alert ../alerts/kv-06-unusual-user.arm.json --answer origin=unexpected --param principal=restrict
go keyvault-alert --alert ../alerts/kv-01-tor-access.arm.json --answer origin=unexpected
go keyvault-enable --param subscription=$dev
go kubernetes-raise-test \
    --param cluster=/subscriptions/$dev/resourceGroups/rg-dev/providers/Microsoft.ContainerService/managedClusters/aks-contoso-dev
go kubernetes-test-alert --alert ../alerts/aks-01-test-alert.arm.json
# Graph does not show the alert, and the other interface has no word for "legitimate".
printf '[{"match": "GET graph.microsoft.com/*/security/partner/*", "times": 0, "do": "status 403"}]' >"$work/faults.json"
serve server --fault "$work/faults.json"
sed "s#^name: .*#name: beside#; s#^auth: .*#auth: {kind: client-secret}#; /^route:/d; /^register:/d; /^policy:/d" \
    "$here/../../playbooks/lab/profile.yaml" >"$PLAYBOOK_CONFIG/beside.yaml"
echo "route: $route" >>"$PLAYBOOK_CONFIG/beside.yaml"
go csp-fraud-alert --profile beside --alert ../alerts/csp-02-vm-deployment.fraudevents.json --answer finding=legitimate --dry-run
end_serve
for file in "$here"/../../playbooks/procedures/*.yaml; do
    awk '/^  - id: / { id = $3 } /^    who: / { who[id] = $2 } /^    optional: true/ { who[id] = "\"-\"" }
        END { for (id in who) if (who[id] != "\"-\"") print id }' "$file"
done | sort >"$work/asked"
sort -u "$work/reached" | comm -23 "$work/asked" - | sed 's/^/never reached: /'
echo "$(wc -l <"$work/asked") clauses"
