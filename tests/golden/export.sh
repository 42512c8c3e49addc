# A small run as events for other systems, with times, hashes and ids replaced; and what is refused.
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
    echo
}
shown() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
    sed -E -e 's/"(raw_data|original)":"([^"\\]|\\.)*"/"\1":"LINE"/' -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' -e 's/[0-9a-f]{64}/HASH/g' \
        -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' -e 's/("time":|rt=)[0-9]{13}/\1MS/g' -e 's#playbook/[^/"]+/[0-9]{12}#ORIGIN#g' \
        -e 's/"hostname":"[^"]*"/"hostname":"HOST"/g' -e 's/dvchost=[^ ]+/dvchost=HOST/' -e 's/^([^C].{900}).*/\1…/' "$work/all"
    echo
}
cat >"$work/mark.yaml" <<'END'
playbook: mark
version: 1.0.0
title: Mark an alert
steps:
  - id: origin
    ask: "Was it = expected | or not?"
    choices: [expected, unexpected]
    otherwise: unexpected
  - id: mark
    do: alert.set_status
    with: {alert: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Security/locations/westeurope/alerts/2516000000000000100_60e46d37-d428-4917-bb1b-e92c0b1542db, status: InProgress}
END
quiet run "$work/mark.yaml" --unattended --approve-all
shown audit export last --format ocsf
shown audit export last --format ecs
shown audit export last --format cef
t audit export 0 --format cef --out "$work/one"
t audit export
t audit export --format syslog
t audit export nothing --format cef
t audit export --format cef --from noon
t audit export --format cef --out "$work/events"
t audit export last --format cef --out "$work/events" --json
t audit export --format cef --out "$work/nowhere/events"
