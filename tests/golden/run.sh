#!/bin/sh
# Runs one case and compares what it prints with what is committed.
#   run.sh PLAYBOOK CASE.sh [--update]
# A case is a shell script of lines such as `t run keyvault-alert --dry-run`: t prints the command, its standard output,
# its standard error (lines begin with "! ") and its exit status. State and configuration are fresh for each case.
# Times, run ids, digests and roots are replaced by words. --update (or UPDATE=1) rewrites CASE.txt.
set -u
program=$1
case=$2
expected=${case%.sh}.txt
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/golden.XXXXXX) # of one length everywhere: lines are wrapped
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config" PLAYBOOK_USER=dana NO_COLOR=1
unset XDG_STATE_HOME XDG_CONFIG_HOME TERM
mkdir -p "$HOME" "$PLAYBOOK_CONFIG"

t() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/out" 2>"$work/err"
    status=$?
    cat "$work/out"
    sed 's/^/! /' "$work/err"
    echo "[exit $status]"
    echo
}

normalise() {
    sed -E \
        -e "s#$work#WORK#g" \
        -e "s#$program#playbook#g" \
        -e 's/[0-9]{8}T[0-9]{6}Z-[a-z0-9]+/RUN/g' \
        -e 's/sha256:[0-9a-f]{64}/sha256:DIGEST/g' \
        -e 's/"root":"[A-Za-z0-9+\/=]+"/"root":"ROOT"/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/TIME/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}( – ([0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}:[0-9]{2})? UTC/TIME/g'
}

cd "$here" || exit 1
(. "$case") >"$work/transcript" 2>&1
normalise <"$work/transcript" >"$work/normal"
if [ "${3:-}" = --update ] || [ -n "${UPDATE:-}" ]; then
    cp "$work/normal" "$expected"
    exit 0
fi
diff -u "$expected" "$work/normal"
