#!/bin/sh
# The program as it is used, without a route: real names of hosts, TLS by a private authority, a proxy, and every kind
# of sign-in, against the lab behind a TLS server that is the proxy too (front.c).   run.sh PLAYBOOK FRONT [machine]
# machine: as on a machine of Azure, whose metadata service is asked at its own address (machine.c).
set -eu
program=$1 front=$2
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
servers=
at_end='kill $servers 2>/dev/null'
export HOME="$work" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config" NO_COLOR=1
unset AZURE_CLIENT_ID AZURE_CLIENT_SECRET AZURE_CLIENT_CERTIFICATE_PATH AZURE_FEDERATED_TOKEN_FILE
unset IDENTITY_ENDPOINT IDENTITY_HEADER IMDS_ENDPOINT HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY NO_PROXY
mkdir -p "$PLAYBOOK_CONFIG" "$work/lab/front"
cd "$work"

wait_for() { # FILE
    for _ in $(seq 600); do test -s "$1" && return; sleep 0.1; done
    echo "$1 does not come"; exit 1
}
"$program" lab serve --json --state "$work/lab" >"$work/serving" 2>&1 &
servers=$!
wait_for "$work/serving"
lab=$(sed 's/.*"route":"http:..127.0.0.1:\([0-9]*\)".*/\1/' "$work/serving")
"$front" "$lab" "$work/lab/front" &
servers="$servers $!"
wait_for "$work/lab/front/port"
proxy=http://127.0.0.1:$(cat "$work/lab/front/port")
client=7b1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f10

profile() { # NAME 'auth' 'more lines'
    cat >"$PLAYBOOK_CONFIG/$1.yaml" <<Y
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
workspace: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-soc/providers/Microsoft.OperationalInsights/workspaces/law-contoso-soc
sender: soc@contoso.com
register: register.yaml
auth: $2
$3
Y
}
ends() { # STATUS WORDS COMMAND...: it ends so, and says so
    wanted=$1 words=$2
    shift 2
    : >"$work/lab/front/seen"
    : >"$work/lab/front/asked"
    : >"$work/lab/front/metadata"
    status=0
    "$@" >"$work/out" 2>&1 || status=$?
    [ $status = "$wanted" ] && grep -q -- "$words" "$work/out" && return
    echo "'$*' ended with $status, not $wanted; or does not say '$words':"
    cat "$work/out"
    exit 1
}
saw() { # yes|no PATTERN FILE
    if grep -q -- "$2" "$3"; then found=yes; else found=no; fi
    [ $found = "$1" ] && return
    echo "$2 in ${3##*/}: $found"; cat "$3"; exit 1
}
dry() { ends "$1" "$2" "$program" run keyvault-alert --alert "$alert" --dry-run --unattended --profile "$3"; }
through() { # what a whole run shows that went the way that it should
    saw yes "^CONNECT login.microsoftonline.com:443 " lab/front/seen
    saw yes "^CONNECT management.azure.com:443 " lab/front/seen
    saw yes "^CONNECT kv-contoso-prod.vault.azure.net:443 " lab/front/seen
    saw yes "^Host: kv-contoso-prod.vault.azure.net" lab/front/asked
    saw yes "^Authorization: Bearer eyJ0eXAi" lab/front/asked
    saw no 127.0.0.1 lab/front/seen
}
through_machine() {
    saw yes "^GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com" lab/front/metadata
    saw yes "^Metadata: true" lab/front/metadata
    saw yes "^Host: 169.254.169.254.$" lab/front/metadata
    saw no "login.microsoftonline.com\|169.254" lab/front/seen
    saw yes "^CONNECT management.azure.com:443 " lab/front/seen
    saw yes "^Authorization: Bearer eyJ0eXAi" lab/front/asked
}

cat >"$PLAYBOOK_CONFIG/register.yaml" <<Y
responders: [192.0.2.10]
contacts: {admin: omar.haddad@contoso.com}
Y
cp lab/front/ca.pem lab/front/client.pem "$PLAYBOOK_CONFIG"
by_proxy="proxy: $proxy
ca_file: ca.pem"
secret="{kind: client-secret, client_id: $client}"

alert=$("$program" alert list --json | jq -r 'first(.[] | select(.type == "KV_ListGetAnomaly")).id')

# Its identities: the machine's own, one that is assigned to it, one that is not; never through a proxy.
if [ "${3:-}" = machine ]; then
    for profile in "machine {kind: managed-identity}" "assigned {kind: managed-identity, client_id: $client}"; do
        profile "${profile%% *}" "${profile#* }" "$by_proxy"
        HTTP_PROXY=$proxy http_proxy=$proxy dry 0 kv-contoso-prod "${profile%% *}"
        through_machine
    done
    saw yes "client_id=$client" lab/front/metadata
    profile stranger "{kind: managed-identity, client_id: 11111111-2222-4333-8444-555555555555}" "$by_proxy"
    dry 7 "400" stranger
    saw no management.azure.com lab/front/seen
    exit 0
fi

# With a secret, by the profile's proxy and authority.
profile secret "$secret" "$by_proxy"
AZURE_CLIENT_SECRET=lab-only-opens-nothing dry 0 kv-contoso-prod secret
through
AZURE_CLIENT_SECRET=wrong dry 7 invalid_client secret
saw no management.azure.com lab/front/seen
AZURE_CLIENT_SECRET=lab-only-opens-nothing ends 0 "the profile's certificates" "$program" doctor --profile secret
saw yes "^CONNECT graph.microsoft.com:443 " lab/front/seen

ends 0 "proxy *$proxy" env AZURE_CLIENT_SECRET=lab-only-opens-nothing "$program" doctor --profile secret

# An authority that nobody told it of.
profile stranger "$secret" "proxy: $proxy"
AZURE_CLIENT_SECRET=lab-only-opens-nothing dry 7 "ertificate" stranger
[ ! -s lab/front/asked ] || { echo "something was sent to a stranger"; cat lab/front/asked; exit 1; }

# The environment's proxy; a profile that wants none.
profile env "$secret" "ca_file: ca.pem"
AZURE_CLIENT_SECRET=lab-only-opens-nothing HTTPS_PROXY=$proxy dry 0 kv-contoso-prod env
through
AZURE_CLIENT_SECRET=lab-only-opens-nothing HTTPS_PROXY=$proxy ends 0 "proxy *that of HTTPS_PROXY" "$program" doctor --profile env
profile none "$secret" "ca_file: ca.pem
proxy: none"
AZURE_CLIENT_SECRET=lab-only-opens-nothing HTTPS_PROXY=$proxy dry 7 "" none
[ ! -s lab/front/seen ] || { echo "the proxy was asked"; exit 1; }

# With a certificate, and with the token of a workload.
profile certificate "{kind: certificate, client_id: $client, certificate: client.pem}" "$by_proxy"
dry 0 kv-contoso-prod certificate
through
claims=$(printf '{"sub":"%s"}' $client | base64 -w0 | tr '+/' '-_' | tr -d =)
printf 'e30.%s.sig\n' "$claims" >federated
profile workload "{kind: workload, client_id: $client}" "$by_proxy"
AZURE_FEDERATED_TOKEN_FILE=$work/federated dry 0 kv-contoso-prod workload
through

# As an App Service, whose identity is asked past the proxy.
profile service "{kind: managed-identity, client_id: $client}" "$by_proxy"
IDENTITY_ENDPOINT=http://127.0.0.1:$lab/msi/token IDENTITY_HEADER=lab-only-of-an-app-service dry 0 kv-contoso-prod service
saw no 127.0.0.1 lab/front/seen
saw no login.microsoftonline.com lab/front/seen
saw yes "^CONNECT management.azure.com:443 " lab/front/seen
IDENTITY_ENDPOINT=http://127.0.0.1:$lab/msi/token IDENTITY_HEADER=wrong dry 7 "401" service

# The lab goes past every proxy.
HTTPS_PROXY=$proxy HTTP_PROXY=$proxy http_proxy=$proxy ALL_PROXY=$proxy dry 0 kv-contoso-prod lab
[ ! -s lab/front/seen ] || { echo "the proxy saw the lab"; exit 1; }
