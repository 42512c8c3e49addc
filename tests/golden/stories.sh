# Every shipped playbook tells the true story in the lab: live, an audit, what was changed taken back, and an audit
# again. One line a stage: how it ended, the changes that were sent, and how many clauses stand how. What a playbook cannot
# take back it says (undo: exit 1 and nothing sent, or what stays in place afterwards).
tell() { # STAGE FILE EXIT
    sent=$(sed 's/.*"changed":\([0-9]*\).*/\1/' "$2")
    stand=$(grep -o '"clauses":\[{"id".*' "$2" | grep -oE '"id":"[A-Z0-9a-z-]*","status":"[a-z-]*"' |
        sed 's/.*"status":"\([a-z-]*\)"/\1/' | sort | uniq -c | awk '{ printf "%s%d %s", (NR > 1 ? ", " : ""), $1, $2 }')
    printf '  %-6s exit %s, %s sent; %s\n' "$1" "$3" "${sent:-0}" "${stand:-no clauses}"
}
story() { # NAME OPTION…
    name=$1 state="$work/story"
    shift
    rm -rf "$state"
    echo "$name"
    test -z "${first:-}" || command playbook run $first --unattended --approve-all --state "$state" >"$work/first" 2>/dev/null
    for stage in live audit undo again; do
        case $stage in
        live) set -- "$@" --unattended --json --state "$state" && options="--approve-all" ;;
        *) options="--audit" ;;
        esac
        if [ $stage = undo ]; then
            run=$(sed 's/^{"run":"\([^"]*\)".*/\1/' "$work/live")
            command playbook undo "$run" --unattended --approve-all --json --state "$state" >"$work/$stage" 2>/dev/null
        else
            command playbook run "$name" "$@" $options >"$work/$stage" 2>/dev/null
        fi
        tell $stage "$work/$stage" $?
    done
}
prod=4c37d899-9818-4152-8233-89cea195dbe7 works=00d91870-eb2b-49c1-b776-92d6553f94c0
machine=/subscriptions/$prod/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07
vault=/subscriptions/$prod/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
cluster=/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/Microsoft.ContainerService/managedClusters/aks-contoso-dev
admin=b10511cc-6b6c-47e9-bbe3-392f60d1796d
story keyvault-alert --answer origin=unexpected
story keyvault-alert --answer origin=expected --param suppress=30d
story keyvault-enable --param subscription=4bdad6d8-0ca1-4008-be5f-f128e988c706
story dns-alert --answer origin=unexpected
story isolate-resource --param resource=$machine --param how=both
first="isolate-resource --param resource=$machine --param how=both" # what is released has to be isolated
story release-resource --param resource=$machine
first=
story remediate-vm --param machine=$machine --param vault=$vault --answer passwords=renew --answer rebuild=image
story resource-manager-alert --answer origin=unexpected
story remediate-user --param principal=$admin --param subscriptions=$prod --answer verdict=renew
story remediate-subscription --param subscription=$prod --answer 'machines[vm-9f2-0]/whose_machine=stop' \
    --answer 'things[st9f2out]/whose_thing=lock' --answer 'disks[disk-9f2-out]/whose_disk=delete'
story rotate-credentials --param principal=$admin --param kind=user
story rotate-credentials --param principal=ba31ef8f-3012-417e-95f6-73b178bdebdd --param kind=application --param vault=$vault
story kubernetes-raise-test --param cluster=$cluster
story kubernetes-test-alert --alert 2516755679969999999_0d409047-94c2-4fe5-965f-2eea9b2e9969 --simulated
story csp-fraud-alert --answer finding=fraud --answer suspend=resources
story csp-daily-digest --param tell=true
story csp-stale-alerts --answer "each[${works}_fb94f1c1-1125-4957-860b-d78ffb50ed5d]/finding=ignore"
story csp-hardening --param subscription=$works --param contacts=soc@contoso.com --param budget=900 --answer turn_on=yes
story csp-subscribe --param url=https://hooks.contoso.com/webhooks/callback
story csp-notifications --param agents=agent@contoso-partner.com --param subscriptions=$works \
    --param contacts=soc@contoso.com
story csp-activity-log
story support-request --param about=abuse --param customer=53930895-ff43-4808-a11e-99816b51822a \
    --param subscription=662ce12b-cc10-49d2-92d1-f0c5c0fd26f7 --param resource=vm --param start=2026-01-01T00:00:00Z \
    --param unknown=finish --param send=ticket --param first_name=Omar --param last_name=Haddad \
    --param email=omar.haddad@contoso.com
