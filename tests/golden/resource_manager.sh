# The response to an alert of Defender for Resource Manager: looked at, carried out with a decision for each account, role,
# runbook, machine and resource, judged, taken back, judged again; and every sample of the kind. Progress is left out: what
# goes side by side ends in any order.
alert=2516000000000000510_d8e4cfa5-6946-4884-bd7c-7adc6d65c889
user='users[b10511cc-6b6c-47e9-bbe3-392f60d1796d]'
made='made_users[d41c7a90-2b6e-4f53-8a1d-6c0f9e2b7a55]'
there='subscriptions[4c37d899-9818-4152-8233-89cea195dbe7]'
# shown FROM TO: those lines of the last transcript, the last one not
shown() {
    sed -n "/$1/,/$2/p" "$work/all" | sed '$d'
}
quiet() {
    echo "\$ playbook $*" | fold -sw 80
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
"$program" lab reset >/dev/null
digest
quiet run resource-manager-alert --alert $alert --dry-run --unattended
shown '^Plan' '^Recorded'
digest
set -- --answer origin=unexpected --answer "$user/verdict=renew" \
    --answer "$user/renewal/rotate/each_method[6f0b1a27-8c35-4d9e-a1f2-5b7c3e9d0481]/belongs=remove" \
    --answer "$user/renewal/rotate/each_method[3179e48a-750b-4051-897c-87b9720928f7]/belongs=keep" \
    --answer "$made/verdict=delete" \
    --answer "$there/accounts[aa-contoso-ops]/runbooks[hX7rT2-tmp]/whose=delete" \
    --answer "$there/roles[5d0a2c1e-9b84-4c6f-b3e7-21f4a8d6c903]/justified=remove" \
    --answer "$there/roles[e7074b7e-8f03-4c0f-b303-81543e2255c6]/justified=remove" \
    --answer "$there/roles[f62707ea-c21c-4b74-8d8d-9defdd88ce0b]/justified=keep" \
    --answer "$there/machines[vm-9f2-0]/whose_machine=stop" --answer "$there/things[st9f2out]/whose_thing=lock" \
    --answer "$there/disks[disk-9f2-out]/whose_disk=keep" --answer "$there/judged=no"
quiet run resource-manager-alert --alert $alert --unattended --approve-all "$@"
shown '^Made' '^What needs'
grep -E 'changes sent' "$work/all" | sed -E 's/[0-9]+ reads/N reads/'
run=$(sed -nE 's/^Recorded as run ([^:]*):.*/\1/p' "$work/all")
digest
echo "Whoever answered is asked no more: the trail has the answers."
quiet run resource-manager-alert --alert $alert --audit
shown '^in place\|^needs a person' '^What needs'
quiet run resource-manager-alert --alert $alert --unattended --approve-all "$@"
grep -E 'changes sent' "$work/all" | sed -E 's/[0-9]+ reads/N reads/'
digest
quiet undo "$run" --unattended --approve-all
shown '^Made' '^Recorded'
digest
quiet run resource-manager-alert --alert $alert --audit
shown '^Gaps' '^What needs'
for file in ../alerts/arm-*.json; do
    "$program" run resource-manager-alert --alert "$file" --dry-run --unattended >"$work/all" 2>&1
    echo "$(basename "$file"): exit $?, $(grep -c '^  question' "$work/all") questions, $(grep -c '^  task' "$work/all") tasks"
done
echo "Machines of the alert; and where all of it was expected:"
quiet run resource-manager-alert --alert ../alerts/arm-03-microburst-vm-command.arm.json --audit --unattended
grep -E '^[a-z ]+ARM-VM' "$work/all"
quiet run resource-manager-alert --alert $alert --dry-run --unattended --answer origin=expected
shown '^Plan' '^Recorded'
echo "A subscription that cannot be seen is nobody's clean one:"
sed 's/4c37d899-9818-4152-8233-89cea195dbe7/11111111-2222-4333-8444-555555555555/g' \
    ../alerts/arm-01-suspicious-ip.arm.json >"$work/foreign.json"
quiet run resource-manager-alert --alert "$work/foreign.json" --audit --unattended
grep -E '^[a-z ]+ARM-SUB' "$work/all"
echo "By itself, for an application and for somebody whom nobody knows:"
quiet run remediate-user --dry-run --unattended --param principal=c973880e-7d5b-4a49-b64c-d6aa8b6271db --param kind=application \
    --answer verdict=renew
shown '^What needs' '^Recorded'
quiet run remediate-user --dry-run --unattended --param principal=00000000-0000-4000-8000-000000000001
shown '^What needs' '^Recorded'
