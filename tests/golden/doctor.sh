# What an installation can rely on: in the lab all is well; where a server stands in that refuses, or none is there, that
# is said for each host.
quiet() {
    "$program" doctor "$@" --json >"$work/doctor.json"
    status=$?
    echo "\$ playbook doctor $*"
    jq -r '.[] | select(.what | IN("Azure", "Graph", "Log Analytics", "Defender", "Partner Center", "subscriptions", "sign-in", "clock")) |
        [(if .ok then "ok" else "not ok" end), .what, .found] | @tsv' "$work/doctor.json" |
        sed "s/ port [0-9]* after [0-9]* ms: Could.* connect/ port N: Couldn't connect/"
    echo "[exit $status]"
    echo
}
quiet
cat >"$work/faults.json" <<'J'
[{"match": "GET graph.microsoft.com/*", "do": "status 403"},
 {"match": "GET graph.microsoft.com/*", "nth": 2, "times": 0, "do": "status 501"},
 {"match": "GET api.loganalytics.io/*", "times": 0, "do": "status 401"},
 {"match": "GET api.security.microsoft.com/*", "times": 0, "do": "clock -1200"}]
J
serve server --fault "$work/faults.json"
cat >"$PLAYBOOK_CONFIG/beside.yaml" <<Y
name: beside
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
auth: {kind: client-secret}
route: $route
Y
quiet --profile beside
quiet --profile beside
end_serve
sed -i "s#^route:.*#route: http://127.0.0.1:1#" "$PLAYBOOK_CONFIG/beside.yaml" # its own port may be another's by now
quiet --profile beside

# Every mistake of a profile and of what it names is told at once.
printf 'tenat: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: guess}\n' >"$PLAYBOOK_CONFIG/wrong.yaml"
cat >"$PLAYBOOK_CONFIG/half.yaml" <<Y
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
auth: {kind: managed-identity}
register: register.yaml
policy: policy.yaml
Y
printf 'responders: [300.0.0.1, here]\nusers: [{name: Ana}]\n' >"$PLAYBOOK_CONFIG/register.yaml"
printf 'allow: [keyvalt.*]\napprovers: [ana]\nmax_changes: -1\nself: {contain: perhaps}\nprotect: [Tier Zero]\n' >"$PLAYBOOK_CONFIG/policy.yaml"
for profile in wrong half; do
    "$program" doctor --profile $profile --json | jq -r '.[] | select(.ok | not) | [.what, .found] | @tsv'
done
sed -i 's/-1/1/' "$PLAYBOOK_CONFIG/policy.yaml"
rm "$PLAYBOOK_CONFIG/register.yaml"
t doctor --profile half --offline | grep 'not ok'
t check keyvault-alert --profile half

# The credentials that it names are there, or it says which is not.
cat >"$PLAYBOOK_CONFIG/reseller.yaml" <<Y
tenant: 13c81823-25cf-4470-86c5-600343cd1e23
auth: {kind: client-secret, secret_env: APPLICATION}
partner: {tenant: 13c81823-25cf-4470-86c5-600343cd1e23, refresh_token_env: CONSENT}
Y
t doctor --profile reseller --offline | grep -A 1 -E 'secret  |consent'
APPLICATION=a CONSENT=b t doctor --profile reseller --offline | grep -E 'secret  |consent'
rm "$PLAYBOOK_CONFIG/reseller.yaml"

# Where no run could write, it says so, before one does.
touch "$work/file"
mkdir "$work/other"
"$program" doctor --offline --json --state "$work/file/state" >"$work/closed.json"
echo "[exit $?]"
jq -r '.[] | select(.ok | not) | .what' "$work/closed.json"
PLAYBOOK_CONFIG="$work/file/config" "$program" doctor --offline --json --profile lab --state "$work/other" |
    jq -r '.[] | select(.ok | not) | .what'
"$program" resume --due >/dev/null
mv "$PLAYBOOK_CONFIG/trusted" "$work/pins"
"$program" doctor --offline --json --profile lab | jq -r '.[] | select(.ok | not) | [.what, .found] | @tsv' |
    sed 's#/[^ ]*/trusted/[^ ]*#PIN#'
