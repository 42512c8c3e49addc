#!/bin/sh
# Notices to a mail server, over real sockets: what it gets and what it does not, TLS, users, and servers that refuse,
# hold up or leave (post.c).   mail.sh PLAYBOOK FRONT POST
set -eu
program=$1 front=$2 post=$3
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
servers=
at_end='kill $servers 2>/dev/null'
export HOME="$work" PLAYBOOK_CONFIG="$work/config" NO_COLOR=1
mkdir -p "$PLAYBOOK_CONFIG" "$work/lab/front"
cd "$work"

wait_for() { # FILE
    for _ in $(seq 600); do test -s "$1" && return; sleep 0.1; done
    echo "$1 does not come"; exit 1
}
"$front" 1 "$work/lab/front" & # for its keys
servers=$!
wait_for lab/front/port
"$post" lab/front/server.pem "$work/lab" &
servers="$servers $!"
wait_for lab/port
port=$(cat lab/port)
cp lab/front/ca.pem "$PLAYBOOK_CONFIG"

cat >"$PLAYBOOK_CONFIG/register.yaml" <<Y
contacts: {admin: omar.haddad@contoso.com}
Y
printf 'approvals: {contain: 0}\n' >"$PLAYBOOK_CONFIG/policy.yaml"
cat >"$PLAYBOOK_CONFIG/soc.yaml" <<Y
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: none}
sender: soc@contoso.com
register: register.yaml
policy: policy.yaml
notify: {kind: smtp, url_env: SOC_SMTP_URL}
ca_file: ca.pem
Y
cat >tell.yaml <<'Y'
playbook: tell
version: 1.0.0
params:
  to: {type: list, of: email, default: [omar.haddad@contoso.com]}
steps:
  - id: tell
    do: notify.owner
    with:
      to: ${params.to}
      subject: "Vault grüße\r\nBcc: eve@evil.example"
      text: "Please look.\r\n.\r\nMAIL FROM:<eve@evil.example>\n.hidden = 1 ☂"
      about: x
Y
state=0
tell() { # STATUS MANNERS URL OPTION...: a run in a state of its own ends so
    wanted=$1
    printf '%s' "$2" >lab/manners
    export SOC_SMTP_URL="$3"
    shift 3
    state=$((state + 1))
    : >lab/heard
    rm -f lab/letter
    status=0
    "$program" run tell.yaml --profile "${as:-soc}" --state "$work/state$state" --unattended "$@" >out 2>&1 || status=$?
    [ $status = "$wanted" ] && return
    echo "$state: '$*' ended with $status, not $wanted:"
    cat out lab/heard
    exit 1
}
heard() { # COUNT LINE
    count=$(grep -c -- "$2" lab/heard) || :
    [ "$count" = "$1" ] && return
    echo "$state: '$2' was heard $count times, not $1"; cat out lab/heard; exit 1
}
says() { # WORDS, however the lines are wrapped
    tr -s '\n ' ' ' <out | grep -q -- "$1" && return
    echo "$state: does not say '$1'"; cat out; exit 1
}

near=smtp://127.0.0.1:$port far=smtp://mail.localhost:$port # of these only the first is known to be this machine
user=soc%40contoso.com:lab-only-post

# Told once, to the register's people, in a letter that nobody else's words are part of.
tell 0 "" "$near" --dry-run
heard 0 .
says "POST $near"
tell 4 "" "$near" --audit
heard 0 .
tell 0 "" "$near"
heard 1 TAKEN
heard 1 '^MAIL FROM:<soc@contoso.com>'
heard 1 '^RCPT TO:'
heard 1 '^RCPT TO:<omar.haddad@contoso.com>$'
heard 1 '^QUIT'
[ "$(grep -c -i -a '^bcc\|^mail from' lab/letter)" = 1 ] || { echo "headers of somebody else's"; cat lab/letter; exit 1; }
grep -q -a '^Subject: =?utf-8?Q?Vault_gr=C3=BC=C3=9Fe=0D_Bcc=3A_eve=40evil=2Eexample?=' lab/letter || { cat lab/letter; exit 1; }
grep -q -a '^\.hidden =3D 1 =E2=98=82' lab/letter || { cat lab/letter; exit 1; }
cp -r "state$state" again
: >lab/heard
"$program" run tell.yaml --profile soc --state again --unattended >out 2>&1
heard 0 .
"$program" run tell.yaml --profile soc --state again --audit >out 2>&1
heard 0 .
tell 6 "" "$near" --param to=eve@evil.example
heard 0 .
says "neither register nor directory"
env -u SOC_SMTP_URL "$program" run tell.yaml --profile soc --state none --dry-run >out 2>&1 && exit 1
says "its variable is not set"
tell 2 "" "smtp://$user@10.0.0.7:25"
says "not a plain name"

# What the variable holds can stand in a file beside the profile as well.
sed 's/url_env: SOC_SMTP_URL/url_file: secret\/smtp/' config/soc.yaml >config/filed.yaml
mkdir config/secret
printf '%s\r\n' "$near" >config/secret/smtp
as=filed
tell 0 "" "smtp://nobody.invalid"
heard 1 TAKEN
echo "mailto:soc@contoso.com" >config/secret/smtp
tell 2 "" ""
says "the file .*config/secret/smtp cannot be the channel of notify: it begins neither with smtp"
rm config/secret/smtp
tell 6 "" "$near"
as=soc
heard 0 .
"$program" doctor --offline --profile filed >out || :
says "smtp: the file .*config/secret/smtp cannot be read"

# Without TLS neither user nor letter leaves this machine; with it they do, when the certificate is the name's.
tell 7 "auth" "smtp://$user@mail.localhost:$port"
heard 1 CONNECTED
heard 0 '^MAIL\|^AUTH'
tell 0 "tls auth" "smtp://$user@mail.localhost:$port"
heard 1 '^STARTTLS'
heard 1 '^AUTH PLAIN'
heard 1 TAKEN
tell 0 "whole auth" "smtps://$user@mail.localhost:$port"
heard 1 TAKEN
tell 1 "tls auth" "smtp://soc%40contoso.com:wrong@mail.localhost:$port"
heard 1 '^AUTH PLAIN'
heard 0 '^MAIL'
says "535 5.7.8 wrong user or password"
tell 7 "tls" "smtp://other.localhost:$port"
heard 0 '^MAIL'

# What a server refuses it is not asked again, what it puts off it is; whoever leaves before he has the letter does not
# have it, and of one who leaves with it nobody knows.
tell 1 "refuse" "$near"
heard 1 CONNECTED
heard 0 '^DATA'
says "550 5.1.1 no such mailbox ?\[31m"
tell 1 "junk" "$near"
heard 1 JUNK
says "554 5.7.1 this looks like junk"
tell 0 "grey" "$near"
heard 2 CONNECTED
heard 1 '^DATA'
tell 0 "early" "$near"
heard 2 CONNECTED
heard 1 TAKEN
# Whoever has taken the letter, or refused it, and says no good-bye, is not waited for.
began=$(date +%s)
tell 0 "mute" "$near"
heard 1 TAKEN
tell 1 "mute refuse" "$near"
tell 1 "mute junk" "$near"
tell 0 "mute tls auth" "smtp://$user@mail.localhost:$port"
tell 1 "mute tls auth" "smtp://soc%40contoso.com:wrong@mail.localhost:$port"
took=$(($(date +%s) - began))
[ $took -lt 20 ] || { echo "five good-byes that did not come were waited for, $took seconds"; exit 1; }
tell 7 "late" "$near"
heard 1 CONNECTED
says "sent, result not known"
status=0
"$program" resume last --profile soc --state "$work/state$state" --unattended >out 2>&1 || status=$?
[ $status = 3 ] || { echo "going on ended with $status"; cat out; exit 1; }
heard 1 CONNECTED
