#!/bin/sh
# The search for secrets is itself shown able to fail: what it must find, and where it must not look.   scratch_self.sh SCRATCH
scratch=$1
work=$(mktemp -d /tmp/golden.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
token=eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImxhYiJ9.e30.x
tried=0 wrong=0
holds() { # found|clean WHAT: of the folder that was made
    tried=$((tried + 1))
    if "$scratch" "$work/one" 2>/dev/null; then is=clean; else is=found; fi
    [ $is = "$1" ] || { echo "$2: $is"; wrong=$((wrong + 1)); }
    rm -rf "$work/one"
    mkdir -p "$work/one/state/trail" "$work/one/state/lab"
}
file() { printf '%b' "$2" >"$work/one/$1"; }
mkdir "$work/one"
holds clean "an empty folder"
file state/trail/log.jsonl "{\"x\":\"$token\"}\n"
holds found "a token in the trail"
file out "GET …\nAuthorization: Bearer $token\n"
holds found "a token in the output"
file out "a\0b\0lab-only-opens-nothing"
holds found "a client's secret behind zeros"
file out "made-up-acr-pull-token-1"
holds found "a value of the seed"
file state/lab/journal.jsonl "kv/v/secrets/s\t{\"value\":\"N0w-3fresh-value\"}\n$token\n"
holds clean "the lab knows its secrets"
file state/lab/journal.jsonl "kv/v/secrets/s\t{\"versions\":[{\"value\":\"N0w-3fresh-value\"}]}\n"
file state/trail/log.jsonl "{\"body\":\"N0w-3fresh-value\"}\n"
holds found "a value that was set, in the trail"
file requests.jsonl "{\"target\":\"/v1.0/users/u\",\"body\":{\"passwordProfile\":{\"password\":\"Fr3sh-of-the-core\"}}}\n"
file out "now Fr3sh-of-the-core"
holds found "a password that was set, in the output"
file state/lab/journal.jsonl "/subscriptions/s/vaults/v\t{\"ipRules\":[{\"value\":\"203.0.113.77/32\"}]}\n"
file out "203.0.113.77/32"
holds clean "an address is no secret"
printf 'Bearer %s\n' "$token" >"$work/log"
"$scratch" --file "$work/log" 2>/dev/null && wrong=$((wrong + 1))
"$scratch" --file "$work/absent" && wrong=$((wrong + 1))
printf 'nothing\n' >"$work/log"
"$scratch" --file "$work/log" || wrong=$((wrong + 1))
# Whoever is killed leaves no folder.
script='. "$1"; sleep 60 & at_end="kill $!"; echo "$work"; wait'
for signal in HUP TERM; do
    for way in program script; do
        if [ $way = program ]; then
            "$scratch" --wait >"$work/name" 2>/dev/null &
        else
            scratch=$scratch sh -c "$script" sh "$(dirname "$0")/scratch.sh" >"$work/name" 2>/dev/null &
        fi
        killed=$!
        for _ in $(seq 100); do [ -s "$work/name" ] || sleep 0.05; done
        made=$(cat "$work/name")
        [ -d "$made" ] || { echo "no folder of a $way"; wrong=$((wrong + 1)); }
        kill -$signal $killed
        wait $killed
        [ $? -gt 128 ] && [ ! -e "$made" ] || { echo "a $way that got SIG$signal left $made"; wrong=$((wrong + 1)); }
        : >"$work/name"
    done
done
# No test makes a folder in another way.
others=$(cd "$(dirname "$0")" && grep -rlE 'mkdtemp|mktemp' --include='*.[ch]' --include='*.sh' . |
    grep -vE '^./(scratch|packages.sh)')
[ -z "$others" ] || { echo "a folder that nobody searches: $others"; wrong=$((wrong + 1)); }
echo "$tried folders, $wrong wrong"
[ $wrong = 0 ] && [ $tried = 9 ]
