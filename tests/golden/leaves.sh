# What a leaf of --explore plans is what the live run with its answers sends: nothing else, and all of it but what is in
# place by then. Some leaves of each tree, evenly; with PLAYBOOK_FULL=1 more of them.
leaf() { # JSON of it; NAME OPTION…
    leaf=$1
    shift
    printf '%s' "$leaf" | jq -r '.answers | to_entries[] | "\(.key)=\(.value)"' >"$work/answers"
    while read -r answer; do
        set -- "$@" --answer "$answer"
    done <"$work/answers"
    rm -rf "$work/leaf"
    command playbook run "$@" --unattended --approve-all --json --state "$work/leaf" 2>/dev/null >"$work/live"
    printf '%s' "$leaf" | jq -rs --slurpfile live "$work/live" '
        def changes(status): [.effects[] | select(.status | IN(status)) | "\(.path) \(.primitive)"] | sort;
        .[0] as $leaf | $live[0] | changes("applied") as $sent | changes("in-place") as $there | ($leaf | changes("planned")) as $planned |
        ($sent - $planned | map("not planned: " + .)), ($planned - $sent - $there | map("not sent: " + .)),
        (changes("failed", "unknown") | map("failed: " + .)) | .[]' >"$work/differs"
    test -s "$work/live" && test ! -s "$work/differs" && return
    echo "otherwise: playbook run $*"
    cat "$work/differs"
}
leaves() { # NAME OPTION…
    command playbook run "$@" --dry-run --explore --json --state "$work/tree" 2>/dev/null |
        jq -c '[.leaves[] | select(.answers | keys | any(endswith("?")) | not)] | length as $n |
            (if env.PLAYBOOK_FULL == "1" then 30 else 3 end) as $some | range(0; [$some, $n] | min) as $i |
            .[$i * $n / ([$some, $n] | min) | floor]' >"$work/leaves"
    while read -r one; do
        leaf "$one" "$@"
    done <"$work/leaves"
    test -s "$work/leaves" && echo "$1: looked at"
}
leaves keyvault-alert
leaves dns-alert
leaves resource-manager-alert
leaves csp-fraud-alert
leaves csp-fraud-alert --alert 00d91870-eb2b-49c1-b776-92d6553f94c0_fb94f1c1-1125-4957-860b-d78ffb50ed5d
leaves csp-stale-alerts
leaves remediate-user --param principal=b10511cc-6b6c-47e9-bbe3-392f60d1796d
leaves remediate-subscription --param subscription=fab42902-0eef-4a4c-9642-6d3213a4a46e
leaves csp-hardening --param subscription=662ce12b-cc10-49d2-92d1-f0c5c0fd26f7 --param contacts=soc@contoso.com --param budget=900
