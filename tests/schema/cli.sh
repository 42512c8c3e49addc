#!/bin/sh
# Every run object that the program prints is valid against the schema, whatever the run came to.
#   cli.sh PLAYBOOK PYTHON
set -u
program=$1
python=$2
here=$(cd "$(dirname "$0")" && pwd)
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
export HOME="$work" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config"
failed=0
"$program" schema run >"$work/schema.json" || exit 1
check() {
    echo "playbook $*"
    "$program" "$@" >"$work/out" 2>"$work/err"
    echo "  exit $?"
    "$python" "$here/validate.py" "$work/schema.json" "${objects:-1}" <"$work/out" || failed=1
    if [ -s "$work/err" ]; then
        echo "  something on standard error:"
        head -5 "$work/err"
        failed=1
    fi
}
alerts="$here/../alerts"
check run nothing --json
check run keyvault-alert --dry-run --audit --json
check run keyvault-alert --param x=y --json --dry-run
check run keyvault-alert --alert "$alerts/bad/03-truncated.json" --json
check run keyvault-alert --profile nowhere --audit --json
check run keyvault-alert --dry-run --json
check run keyvault-alert --dry-run --answer origin=expected --json
check run keyvault-alert --dry-run --explore --json
check run keyvault-alert --audit --unattended --json
check run keyvault-alert --alert "$alerts/kv-01-tor-access.arm.json" --dry-run --json
check run keyvault-alert --json
check run keyvault-alert --unattended --approve-all --json
check run keyvault-alert --audit --json
check runs show last --json
live=$("$program" runs list --json | tr '{' '\n' | sed -n '/"mode":"live","status":"done"/s/.*"run":"\([^"]*\)".*/\1/p' | tail -n 1)
check runs show "$live" --json
check replay "$live" --with keyvault-alert --json
check undo "$live" --dry-run --json
check undo "$live" --approve-all --json
check runs show last --json
check run keyvault-alert --json
check resume last --unattended --approve-all --json
check runs show last --json
# A run that waits, what is said of it rightly and wrongly, and commands that name none.
cat >"$work/wait.yaml" <<'Y'
playbook: wait
version: 1.0.0
title: Wait for people
steps:
  - id: go
    ask: Go on?
    choices: [yes, no]
  - id: look
    task: Look at it
  - id: seen
    when: look.done
    let: {x: 1}
Y
cd "$work"
check run wait.yaml --json
check runs show last --json
check answer last go=perhaps --json
check answer last no=yes --json
check answer --json
check answer last --bogus --json
check attest last nothing --json
check approve last --json
check approve last --effect x --json
check answer last go=yes --json
check answer last go=no --json
check attest last look --evidence missing --json
check attest last look --json
check resume last --json
check resume 1999 --json
check undo last --json
check undo 1999 --dry-run --json
check replay 1999 --with keyvault-alert --json
check replay last --json
# What is no run is an object or a list, too, for every command, also where it is asked for too little or nonsense.
"$program" audit key --new here >"$work/out" 2>&1 || failed=1
for command in "lab reset" "lab digest" "doctor --offline" "runs list" "audit publish" "audit key" "audit key --new there" \
    "audit proof 3" "audit show 3" "audit show last" "audit search --outcome done" "audit verify" "trust here.vkey" trust \
    "sign wait.yaml --key here.key" list "show keyvault-alert" "check keyvault-alert wait.yaml" "diff wait.yaml keyvault-alert" \
    "permissions keyvault-alert" "primitives keyvault.set_firewall" "alert list" "alert show $alerts/kv-01-tor-access.arm.json" \
    "new mine.yaml" schema version; do
    "$program" $command --json 2>&1 | "$python" -m json.tool >"$work/out" || { echo "playbook $command"; failed=1; }
done
"$program" help | sed -n 's/^  \([a-z]\{1,\}\( [a-z]\{1,\}\)\{0,1\}\)   *[A-Z].*/\1/p' >"$work/commands"
test "$(wc -l <"$work/commands")" -gt 30 || { echo "the commands are not read from help"; failed=1; }
while read -r command; do
    case $command in "lab serve" | help) continue ;; esac # the one does not end, the other is words
    for rest in "" "no-such-thing"; do
        "$program" $command $rest --json </dev/null >"$work/out" 2>"$work/err"
        "$python" -m json.tool "$work/out" >"$work/parsed" 2>&1 && ! test -s "$work/err" ||
            { echo "playbook $command $rest: no JSON alone"; failed=1; }
    done
done <"$work/commands"
mkdir "$work/several"
cp "$alerts"/kv-0[123]-*.arm.json "$work/several"
cp "$alerts/bad/03-truncated.json" "$work/several"
objects=4 check run keyvault-alert --dry-run --all --alert "$work/several" --json
exit $failed
