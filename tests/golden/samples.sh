# A sample of every shape and every Key Vault type leads somewhere in the lab: one line for each shape, with the status
# of its runs; and what an announcement was resolved to.
for shape in arm arm-list logicapp logicapp-body eventhub eventhub-batch securityalert securityalert-table sentinel-alerts \
    sentinel-incident graph-v1 graph-v2 eventgrid activitylog activitylog-records; do
    "$program" alert sample --kind "KV_*" --shape $shape >"$work/all.json" || echo "no samples of $shape"
    "$program" run keyvault-alert --all --jobs 1 --alert "$work/all.json" --dry-run --unattended >"$work/$shape.out"
    echo "$shape: exit $?, statuses $(sed -E 's/.*"exit":([0-9]+).*/\1/' "$work/$shape.out" | sort | uniq -c | xargs)"
    # Type, vault and caller of each alert that was answered, whatever the shape says of them.
    for member in '"type":"KV_' '"resource":{"[^}]*"name":"' '"actor":{[^}]*"object_id":"'; do
        sed "s/.*\"exit\"://; s/\"steps\":.*//; s/.*${member}//; s/\".*//" "$work/$shape.out" >"$work/column"
        paste "$work/$shape.about" "$work/column" >"$work/more" 2>"$work/none" || cp "$work/column" "$work/more"
        mv "$work/more" "$work/$shape.about"
    done
done
cmp "$work/arm.about" "$work/eventgrid.about"
cmp "$work/arm.about" "$work/activitylog.about"
cmp "$work/arm.about" "$work/activitylog-records.about"
cat "$work/eventgrid.about"
"$program" alert sample --kind KV_AppAnomaly --shape activitylog >"$work/one.json"
t run keyvault-alert --alert "$work/one.json" --dry-run --unattended 2>"$work/err" | sed -n '4,6p;$p'
t run keyvault-alert --alert "$work/one.json" --unattended --approve-all 2>"$work/err" | tail -2 | head -1
t run keyvault-alert --alert "$work/one.json" --audit --unattended 2>"$work/err" | tail -2 | head -1
"$program" alert sample --kind KV_TORAccess --simulated --shape eventgrid >"$work/one.json"
t run keyvault-alert --alert "$work/one.json" --unattended --approve-all
t alert sample --kind KV_AppAnomaly --simulated --shape eventgrid
# An expected alert is dismissed where the estate shows it, else by a person.
for shape in activitylog arm; do
    "$program" alert sample --kind KV_UserAnomaly --shape $shape >"$work/one.json"
    echo "$shape: $("$program" run keyvault-alert --alert "$work/one.json" --dry-run --unattended --answer origin=expected \
        --json | grep -oE '"path":"legitimate/[a-z_]+","kind":"[a-z]+","status":"[a-z]+"' | tr '\n' ' ')"
done
# The other kinds: each sample is answered by its playbook.
for pair in 'dns-alert AzureDNS_*' 'resource-manager-alert ARM_MicroBurst*' 'resource-manager-alert *Operation.Execution' \
    'kubernetes-test-alert K8S*'; do
    set -f
    set -- $pair
    set +f
    for shape in arm eventhub-batch; do
        "$program" alert sample --kind "$2" --shape $shape >"$work/all.json"
        "$program" run "$1" --all --jobs 1 --alert "$work/all.json" --dry-run --unattended >"$work/out"
        echo "$1, $2, $shape: exit $?, statuses $(sed -E 's/.*"exit":([0-9]+).*/\1/' "$work/out" | sort | uniq -c | xargs)"
    done
done
