#!/bin/sh
# A live run and its undoing, exported in every form: each event is judged by what its form demands, there is one for
# each line of the trail, and a trail that does not verify gives none.
#   export.sh PLAYBOOK JUDGE
set -u
program=$1
judge=$2
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/scratch.sh"
export HOME="$work" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config"
failed=0
fail() {
    echo "$*"
    failed=1
}
"$program" run keyvault-alert --unattended --approve-all >/dev/null 2>&1
"$program" undo last --approve-all >/dev/null 2>&1
log="$work/state/trail/log.jsonl"
for format in ocsf ecs cef; do
    "$program" audit export --format $format >"$work/events" || fail "$format: exit $?"
    "$judge" $format <"$work/events" || fail "$format: an event is not as it should be"
    [ "$(wc -l <"$work/events")" = "$(wc -l <"$log")" ] || fail "$format: not one event for each line"
    "$program" audit export --format $format --out "$work/file" >/dev/null
    cmp "$work/events" "$work/file" || fail "$format: --out writes something else"
    "$program" audit export last --format $format >"$work/run"
    [ "$(wc -l <"$work/run")" -lt "$(wc -l <"$work/events")" ] || fail "$format: a run is as long as the trail"
    "$program" audit export --format $format --from 2000-01-01 --to 2001-01-01 >"$work/none"
    [ -s "$work/none" ] && fail "$format: events of another time"
done
sed -i '5s/"host"/"h0st"/' "$log"
rm "$work/file"
"$program" audit export --format ocsf --out "$work/file" >"$work/out" 2>&1
[ $? = 5 ] || fail "a trail that was tampered with is exported"
"$program" audit export --format ocsf 2>/dev/null | grep -q . && fail "its events are printed"
[ -e "$work/file" ] || [ -e "$work/file.new" ] && fail "a file is left"
exit $failed
