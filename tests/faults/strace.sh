#!/bin/sh
# Every file call of a commit, of one that publishes, and of one that recovers fails with EIO, with ENOSPC, or is the last
# that the process makes (SIGKILL), injected by strace into a copy of the same state. After each: nothing looks tampered
# with, what was said to be committed is there, the trail goes on and verifies, and no head that was ever written
# contradicts what came after. A sample with a printed seed; all with PLAYBOOK_FULL.
#   strace.sh APPEND PLAYBOOK
set -u
append=$1
program=$2
calls=openat,mkdir,rename,renameat,read,pread64,write,pwrite64,fsync,fdatasync,sync_file_range,ftruncate,fallocate,close,unlink,flock
command -v strace >/dev/null || { echo "there is no strace"; exit 77; }
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
export ASAN_OPTIONS=detect_leaks=0 HOME="$work" # leaks are not looked for under ptrace
strace -o "$work/try" true 2>/dev/null || { echo "ptrace is not allowed here"; exit 77; }
strace -o "$work/try" -e inject=close:error=EIO:when=1 true 2>/dev/null
grep -q INJECTED "$work/try" || { echo "this strace injects nothing"; exit 77; }
seed=${PLAYBOOK_SEED:-$$}
echo "seed $seed"
failed=0 tried=0

verdict() { PLAYBOOK_CONFIG="$1/config" "$program" audit verify --state "$1" 2>/dev/null | head -1 | cut -d' ' -f1; }

# The notes in both slots of a head, as checkpoints to compare with later.
keep_heads() {
    for slot in 0 1; do
        dd if="$1/trail/head" bs=4096 skip=$slot count=1 2>/dev/null | tr -d '\000' >"$work/head.$slot"
    done
}

complain() {
    echo "$scenario, $1: $2"
    failed=1
}

# What must hold after the disturbed process: $1 names the fault.
judge() {
    state=$work/state
    said=$(verdict "$state")
    case $said in
    clean | unpublished | interrupted) ;;
    *) complain "$1" "looks '$said'"; return ;;
    esac
    if grep -q committed "$work/out" && ! grep -q '"message":"disturbed"' "$state/trail/log.jsonl"; then
        complain "$1" "what was committed is not there"
    fi
    keep_heads "$state"
    "$append" "$state" 3 1 after >"$work/out" 2>"$work/err" || complain "$1" "it does not go on: $(cat "$work/err")"
    for slot in 0 1; do
        [ -s "$work/head.$slot" ] || continue
        PLAYBOOK_CONFIG="$state/config" "$program" audit verify --state "$state" --since "$work/head.$slot" >"$work/said" 2>&1 ||
            grep -q 'not a checkpoint\|is no checkpoint' "$work/said" || complain "$1" "a head contradicts it: $(head -3 "$work/said")"
    done
    # A file that was being published is finished when that is done again.
    PLAYBOOK_CONFIG="$state/config" "$program" audit publish --state "$state" >/dev/null 2>&1 ||
        complain "$1" "it cannot be published"
    said=$(verdict "$state")
    case $said in
    clean) ;;
    *) complain "$1" "gone on with, it looks '$said'" ;;
    esac
}

# A number below $1 that the seed and the case decide.
draw() { echo "$seed $tried $scenario" | cksum | cut -d' ' -f1 | awk -v n="$1" '{print $1 % n}'; }

walk() {
    scenario=$1 count=$2 times=$3
    rm -rf "$work/state"
    cp -a "$work/base" "$work/state"
    strace -o "$work/trace" -e trace="$calls" "$append" "$work/state" "$count" "$times" disturbed >/dev/null 2>&1 ||
        { complain "undisturbed" "it fails"; return; }
    # Only calls after the first that names the state: what comes before is the loader's.
    first=$(grep -n "$work/state" "$work/trace" | head -1 | cut -d: -f1)
    for call in $(echo "$calls" | tr , ' '); do
        before=$(head -n $((first - 1)) "$work/trace" | grep -c "^$call(")
        all=$(grep -c "^$call(" "$work/trace")
        n=$before
        while [ "$n" -lt "$all" ]; do
            n=$((n + 1))
            for fault in error=EIO error=ENOSPC signal=KILL; do
                tried=$((tried + 1))
                [ -n "${PLAYBOOK_FULL:-}" ] || [ "$(draw 16)" -eq 0 ] || continue
                rm -rf "$work/state"
                cp -a "$work/base" "$work/state"
                strace -o "$work/trace.now" -e trace="$call" -e inject="$call:$fault:when=$n" \
                    "$append" "$work/state" "$count" "$times" disturbed >"$work/out" 2>/dev/null
                judge "$call $n of $all, $fault"
                judged=$((judged + 1))
            done
        done
    done
}

# A signal that comes while room is made is no fault.
interrupt() {
    scenario=interrupted
    rm -rf "$work/state"
    cp -a "$work/base" "$work/state"
    strace -o "$work/trace" -e trace=fallocate -e inject=fallocate:error=EINTR:when=1 "$append" "$work/state" 4 1 disturbed \
        >"$work/out" 2>/dev/null
    grep -q INJECTED "$work/trace" || complain "fallocate, EINTR" "it makes no room"
    grep -q committed "$work/out" || complain "fallocate, EINTR" "it is taken for a failure"
}

judged=0
mkdir "$work/base"
"$append" "$work/base" 5 2 before >/dev/null || exit 1
interrupt
walk "a commit" 4 1
walk "a commit, and the publication that is due then" 1100 1
printf '{"v":1,"seq":11,"torn' >>"$work/base/trail/log.jsonl"
walk "a recovery" 4 1
echo "$judged of $tried cases were tried"
[ $judged -gt 0 ] || failed=1
exit $failed
