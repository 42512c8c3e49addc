#!/bin/sh
# A stranger's verifier (tlogcheck.go: Go's own x/mod, no code of ours) accepts what we publish and refuses what was
# changed.   run.sh PLAYBOOK    Needs Debian's golang-go and golang-golang-x-mod-dev; 77 where they are missing.
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod ] || { echo "no Go, or no x/mod"; exit 77; }
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
export HOME="$work" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config" NO_COLOR=1
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE="$work/cache" go build -o "$work/tlogcheck" "$here/tlogcheck.go"
trail=$work/state/trail

accepts() { # what is said, without a note of it
    "$work/tlogcheck" -vkey "$("$program" audit key)" -strict -final -json -jsonl "$trail/log.jsonl" "$@" "$trail" ||
        { echo "a stranger refuses: $*"; exit 1; }
}
refuses() {
    if "$work/tlogcheck" -vkey "$key" -strict -final -json -jsonl "$trail/log.jsonl" "$@" "$trail"; then
        echo "a stranger accepts what was changed"
        exit 1
    fi
}

# Grown run by run, published now and then by itself, and at the end by command.
for round in 1 2 3; do
    "$program" run keyvault-alert --dry-run --unattended >/dev/null 2>&1
    "$program" audit publish
    accepts
    cp "$trail/checkpoint" "$work/checkpoint.$round"
done
"$program" lab reset >/dev/null
"$program" run keyvault-alert --unattended --approve-all >/dev/null 2>&1
"$program" audit publish
accepts -old "$work/checkpoint.1" -old "$work/checkpoint.2" -old "$work/checkpoint.3"

# Built anew from the log alone: the same.
cp -r "$trail/tile" "$work/tile"
rm -r "$trail/tile" "$trail/checkpoint"
"$program" audit publish
accepts -old "$work/checkpoint.2"
find "$trail/tile" -type f | while read -r file; do
    old=$work/tile${file#"$trail/tile"}
    [ ! -f "$old" ] || cmp "$old" "$file"
done

# What was changed is refused by both.
key=$("$program" audit key)
cp -r "$work/state" "$work/kept"
sed -i '30s/"type"/"tYpe"/' "$trail/log.jsonl"
refuses
"$program" audit verify | head -n 1 | grep -x tampered
rm -r "$work/state"
mv "$work/kept" "$work/state"
accepts
[ "$("$program" audit verify)" = "$("$program" audit verify --strict)" ]
"$program" audit verify | head -n 1 | grep -x clean

# A proof of one line, and the growth that a witness is shown; the line's bytes are what the proof is about.
"$program" audit proof 57 >"$work/line.tlog-proof"
sed -n 58p "$trail/log.jsonl" | tr -d '\n' >"$work/line"
accepts -proof "$work/line.tlog-proof"
"$work/tlogcheck" -vkey "$key" -proof "$work/line.tlog-proof" -entry "$work/line"
"$program" audit verify "$work/line.tlog-proof" "$work/line" | head -n 1 | grep -x clean
echo >>"$work/line"
"$program" audit verify "$work/line.tlog-proof" "$work/line" | head -n 1 | grep -x tampered
if "$work/tlogcheck" -vkey "$key" -proof "$work/line.tlog-proof" -entry "$work/line"; then exit 1; fi

# A run that was handed over holds what a stranger needs, line by line.
"$program" audit show last --bundle "$work/bundle"
"$program" audit verify "$work/bundle" | head -n 1 | grep -x clean
if command -v jq >/dev/null; then
    sed -n 9p "$work/bundle" | jq -j .entry >"$work/line"
    sed -n 9p "$work/bundle" | jq -j .proof >"$work/line.tlog-proof"
    "$work/tlogcheck" -vkey "$key" -proof "$work/line.tlog-proof" -entry "$work/line"
fi

# After the key was changed a stranger with the new one reads everything, and who trusts the old one can follow.
"$program" audit key --rotate >/dev/null
"$program" audit publish
accepts
"$program" audit verify --key "$key" --since "$work/checkpoint.2" | head -n 1 | grep -x clean
