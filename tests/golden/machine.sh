# A machine that counts as compromised is cleaned: by somebody's word, by nobody's, twice, and where it cannot be done.
batch=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07
box=/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev/providers/Microsoft.Compute/virtualMachines/vm-dev-box3
vault=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
say="--answer passwords=renew --answer rebuild=image --unattended"
disk() { sed -E 's/_OsDisk_1_[0-9a-f]{8}/_OsDisk_1_SOME-DISK/g; /^To /,/^\[exit/{/^\[exit/!d}'; }
"$program" lab reset >/dev/null
t run remediate-vm --param machine=$batch --param vault=$vault --dry-run --unattended 2>/dev/null | disk
t run remediate-vm --param machine=$batch --param vault=$vault $say --dry-run 2>/dev/null | disk | sed -n '/^\$/p;/^What could/,/^$/p;/^\[exit/p'
t run remediate-vm --param machine=$batch --param vault=$vault $say --approve-all 2>/dev/null | disk
t run remediate-vm --param machine=$batch --param vault=$vault $say --approve-all 2>/dev/null | disk | sed -n '/^\$/p;/^Already/,/^$/p;/^Nothing/p;/^\[exit/p'
t run remediate-vm --param machine=$batch --param vault=$vault $say --audit 2>/dev/null | disk | sed -n '/^\$/p;/^needs/,/^Gaps/p;/^\[exit/p'
grep -c '"password":{"\$secret":"hmac-sha256:' "$PLAYBOOK_STATE/trail/log.jsonl" >/dev/null && echo "passwords are in the trail as marks"
t run remediate-vm --param machine=$box $say --dry-run 2>/dev/null | disk
t run remediate-vm --param machine=${box}x $say --dry-run 2>/dev/null | disk

# What is no disk is not deleted as if it were one.
cat >"$work/disk.yaml" <<'Y'
playbook: disk
version: 1.0.0
steps:
  - id: delete
    do: compute.delete_disk
    with: {disk: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01}
Y
t run "$work/disk.yaml" --unattended --approve-all 2>/dev/null | sed -n '/^Made/,/^$/p;/^What/,/^$/p'
