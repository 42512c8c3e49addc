#!/bin/sh
# Runs one case and compares what it prints with what is committed.
#   run.sh PLAYBOOK CASE.sh [--update]
# A case is a shell script of lines such as `t run keyvault-alert --dry-run`: t prints the command, its standard output,
# its standard error (lines begin with "! ", and go to the case's standard error) and its exit status. An example's
# commands.sh has lines `playbook run …`, which do the same, or only run it where its output goes elsewhere. State and configuration are fresh for each case.
# Times, run ids, digests and roots are replaced by words. --update (or UPDATE=1) rewrites CASE.txt.
set -u
case=$2
expected=${case%.sh}.txt
here=$(cd "$(dirname "$case")" && pwd) || exit 1
case $case in
/*) ;;
*) case=$here/${case##*/} expected=$here/${expected##*/} ;;
esac
scratch=${1%/*}/tests/scratch
. "$(dirname "$0")/../scratch.sh"
export HOME="$work/home" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config" PLAYBOOK_USER=dana NO_COLOR=1
unset COLUMNS XDG_STATE_HOME XDG_CONFIG_HOME TERM
mkdir -p "$HOME" "$PLAYBOOK_CONFIG" "$work/bin"
ln -s "$1" "$work/bin/playbook" || exit 1
PATH="$work/bin:$PATH"
program="$work/bin/playbook"

t() {
    echo "\$ playbook $*"
    command playbook "$@" >"$work/out" 2>"$work/err"
    status=$?
    cat "$work/out"
    sed 's/^/! /' "$work/err" >&2
    echo "[exit $status]"
    echo
}

playbook() {
    if [ /dev/fd/1 -ef /dev/fd/3 ]; then
        t "$@"
    else # into a file or another program
        echo "\$ playbook $*" >&3
        command playbook "$@"
    fi
}

# serve STATE [FLAG...]: a lab in a process of its own, over $work/STATE: sets $route, for a profile, and $server.
serve() {
    state=$1
    shift
    rm -f "$work/serving"
    "$program" lab serve --json --state "$work/$state" "$@" >"$work/serving" 2>&1 &
    server=$!
    for _ in $(seq 600); do
        test -s "$work/serving" && break
        sleep 0.1
    done
    route=$(sed 's/.*"route":"\([^"]*\)".*/\1/' "$work/serving")
}

end_serve() {
    kill "$server"
    wait "$server" 2>/dev/null
}

# digest [--state DIR]: has the lab's estate changed since it was last asked?
digest() {
    "$program" lab digest "$@" >"$work/digest.new"
    if [ -f "$work/digest.old" ]; then
        cmp -s "$work/digest.old" "$work/digest.new" && echo "the estate is the same" || echo "the estate has changed"
    fi
    mv "$work/digest.new" "$work/digest.old"
}

normalise() {
    sed -E \
        -e "s#$program#playbook#g" \
        -e "s#$work#WORK#g" \
        -e 's/[0-9]{8}T[0-9]{6}Z-[a-z0-9]+/RUN/g' \
        -e 's/sha256:[0-9a-f]{64}/sha256:DIGEST/g' \
        -e 's/"root":"[A-Za-z0-9+\/=]+"/"root":"ROOT"/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/TIME/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}( – ([0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}:[0-9]{2})? UTC/TIME/g' \
        -e 's/^(When +TIME · ).*/\1…/' \
        -e 's/[0-9]+ reads?,/N reads,/' \
        -e 's/"took_ms":[0-9]+/"took_ms":N/g' \
        -e 's/ time="[0-9.]+"/ time="N"/g' \
        -e 's/: lines? [0-9]+ to [0-9]+ of the trail/: lines N to N of the trail/'
}

cd "$here" || exit 1
(. "$case") </dev/null >"$work/transcript" 2>&1 3>&1
normalise <"$work/transcript" >"$work/normal"
if [ "${3:-}" = --update ] || [ -n "${UPDATE:-}" ]; then
    cp "$work/normal" "$expected"
    exit 0
fi
diff -u "$expected" "$work/normal" || {
    echo "If that is as it should be: UPDATE=1 sh tests/golden/run.sh PLAYBOOK $case"
    exit 1
}
