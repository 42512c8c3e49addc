#!/bin/sh
# sh tests/bench/run.sh [-n ROUNDS] [-b BUILD] [-w]: measures the program against hand-written C twins and prints a
# table of ratios (README.md). Without -b a release build is made in build/release. -w: only show that it works; the
# exit status then says nothing of the ratios. Whole processes run in turn, A B A B, in one run on one machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=40 build='' only_works=''
while getopts n:b:w option; do
    case $option in
    n) rounds=$OPTARG ;;
    b) build=$OPTARG ;;
    w) only_works=1 ;;
    *) exit 2 ;;
    esac
done
if [ -z "$build" ]; then
    build=$root/build/release
    (cd "$root" && cmake --preset release >/dev/null &&
        cmake --build --preset release --target playbook scratch bench_plan bench_twin bench_pace bench_links bench_loads bench_lines bench_durable >/dev/null)
fi
tools=$build/tests/bench
program=$build/playbook
scratch=$build/tests/scratch
. "$here/../scratch.sh"
server=''
at_end='test -z "$server" || kill "$server" 2>/dev/null || :'
export HOME="$work" PLAYBOOK_CONFIG="$work/config" PLAYBOOK_USER=bench NO_COLOR=1 LC_ALL=C
unset PLAYBOOK_STATE XDG_STATE_HOME XDG_CONFIG_HOME 2>/dev/null || true
missed=0

# row GOAL RATIO LIMIT: one line of the table.
row() {
    verdict=$(awk -v a="$2" -v b="$3" 'BEGIN { print (a <= b ? "held" : "MISSED") }')
    test "$verdict" = held || missed=1
    printf '%-64s %9s %9s  %s\n' "$1" "$2" "$3" "$verdict"
}

# first FIELD: of the program's line (the last line is what it is measured against).
first() { sed -n 1p "$work/times" | cut -d' ' -f"$1"; }

# serve FLAGS…: the lab as a server of its own, in a process of its own, and a profile that leads there.
serve() {
    rm -f "$work/serving"
    "$program" lab serve --json --state "$work/server" "$@" >"$work/serving" 2>"$work/serving.err" &
    server=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        test -s "$work/serving" && break
        sleep 0.25
    done
    route=$(sed 's/.*"route":"\([^"]*\)".*/\1/' "$work/serving")
    { sed 's/^name: lab/name: bench/' "$root/playbooks/lab/profile.yaml"; echo "route: $route"; } >"$work/config/bench.yaml"
}
mkdir -p "$work/config"
cp "$root"/playbooks/lab/*.yaml "$work/config"
serve
alert=$("$program" alert list --profile bench --state "$work/dry" --json | tr '{' '\n' |
    sed -n '/"KV_SuspiciousIPAccess"/s/.*"id":"\([^"]*\)".*/\1/p' | head -n 1)
"$program" lab reset --state "$work/server" >/dev/null
mkdir "$work/lab"
cp "$work/server/lab/estate.jsonl" "$work/server/lab/journal.jsonl" "$work/lab"

# runs FLAGS…: the command of a run, on the state given as the first word.
runs() { state=$1; shift; echo "$program run keyvault-alert --profile bench --alert $alert --json --state $state $*"; }
run_of() { sed 's/.*"run":"\([^"]*\)".*/\1/' "$1"; }
estate="cp $work/lab/estate.jsonl $work/server/lab/estate.jsonl.new && mv $work/server/lab/estate.jsonl.new $work/server/lab/estate.jsonl && cp $work/lab/journal.jsonl $work/server/lab/journal.jsonl"
# What was there is moved aside: right after much was removed a file system is slow at making files.
again="{ test ! -e $work/now || mv $work/now $work/gone.\$\$; } && cp -r $work/dry $work/now"

# Plans for the twins, from one run each. What a twin invents in place of secrets stands in its plan: that is no leak.
$(runs "$work/dry" --dry-run --unattended) >"$work/dry.json"
"$tools/plan" "$work/dry/trail/log.jsonl" "$(run_of "$work/dry.json")" >"$work/dry.plan"
sh -c "$again"
$(runs "$work/now" --unattended --approve-all) >"$work/live.json"
"$tools/plan" "$work/now/trail/log.jsonl" "$(run_of "$work/live.json")" >"$work/lab/live.plan"
sh -c "$estate"

printf '%-64s %9s %9s  %s\n' "goal" "ratio" "limit" "verdict"

"$tools/pace" -n "$rounds" -p "$again" "$(runs "$work/now" --dry-run --unattended)" \
    "$tools/twin $work/dry.plan $route" >"$work/times"
row "2  cold dry run / C twin, wall" "$(first 6)" 1.3
row "2  the same, processor time" "$(first 7)" 1.3
row "9  peak memory of a cold dry run, MB" "$(first 5 | awk '{ printf "%.1f", $1 / 1000 }')" 16
"$tools/pace" -n "$rounds" -p "$again; $estate" "$(runs "$work/now" --unattended --approve-all)" \
    -p "rm -f $work/journal; $estate" "$tools/twin $work/lab/live.plan $route $work/journal" >"$work/times"
row "3  cold live run / C twin with a durable journal, wall" "$(first 6)" 1.4

# With the distance of a real service: now the number of rounds counts, not the start.
kill "$server"
wait "$server" || true
serve --latency 20
"$tools/pace" -n $((rounds / 4 + 1)) -p "$again" "$(runs "$work/now" --dry-run --unattended)" \
    "$tools/twin $work/dry.plan $route" >"$work/times"
row "4  dry run with 20 ms an answer / C twin, wall" "$(first 6)" 1.08

# Many alerts side by side: each has a name of its own, and all are of one vault, so that the server has no more to do.
many=$((rounds >= 10 ? 1000 : 10 * rounds)) some=$((rounds >= 10 ? 256 : 3 * rounds))
"$program" alert sample --kind KV_SuspiciousIPAccess --shape arm --profile bench >"$work/sample.json"
name=$(sed -n 's/^ *"name": "\([0-9]*_[-0-9a-f]*\)",*$/\1/p' "$work/sample.json" | head -n 1)
alerts() {
    awk -v n="$1" -v name="$name" '{ text = text $0 "\n" } END { printf "["; for (i = 0; i < n; i++) {
        one = text; gsub(name, substr(name, 1, length(name) - 4) sprintf("%04d", i), one)
        printf "%s%s", (i > 0 ? "," : ""), one }; print "]" }' "$work/sample.json" >"$work/alerts.$1.json"
}
alerts 1
alerts "$many"
crowd() { echo "$program run keyvault-alert --profile bench --dry-run --json --state $work/now --alert $work/alerts.$1.json --all --jobs $2"; }
sh -c "$again"
$(crowd 1 1) >"$work/one.json"
"$tools/plan" "$work/now/trail/log.jsonl" "$(run_of "$work/one.json")" >"$work/crowd.plan"
calls=$(grep -c '^read' "$work/crowd.plan")
crowds() { # AT-ONCE: of the program and of its twin
    "$tools/pace" -n 1 -p "$again" "$(crowd "$many" "$1")" \
        -p "rm -f $work/journal" "$tools/twin $work/crowd.plan $route $work/journal $many $1" >"$work/times"
}
"$tools/pace" -n 1 -p "$again" "$(crowd 1 1)" "$tools/twin $work/crowd.plan $route $work/journal" >"$work/times"
mv "$work/times" "$work/alone"
crowds "$some"
in_turn() { # LINE: its time against the calls of each alert one after the other, where nothing else takes time
    awk -v w="$calls" -v n="$many" -v c="$some" -v line="$1" \
        'NR == line { printf "%.3f", $1 / (int((n + c - 1) / c) * w * 20) }' "$work/times"
}
row "6  $many alerts, $some at once, 20 ms an answer / $calls calls in turn" "$(in_turn 1)" 1.15
printf '%-64s %9s\n' "   what the C twin with a durable journal comes to" "$(in_turn 2)"
row "8  its processor time / C twin with a durable journal" "$(first 7)" 1.6
crowds "$many"
row "7  $many alerts at once / C twin with a durable journal, wall" "$(first 6)" 1.5
row "9  memory for each run in flight / C twin" \
    "$(cat "$work/alone" "$work/times" | awk '{ kb[NR] = $5 } END { print (kb[3] - kb[1]) / (kb[4] - kb[2]) }')" 2

for words in version list "show keyvault-alert" "check keyvault-enable"; do
    "$tools/pace" -n "$rounds" "$program $words" "$tools/links" >"$work/times"
    row "1  $words / a program that links the same and does nothing" "$(first 6)" 1.2
done

# Load and check: a playbook of 8 KB. Steps: what a thousand cost more than one, without loading them.
steps() {
    printf 'playbook: many\nversion: 1.0.0\ntitle: Many steps\nsteps:\n'
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "  - id: s%d\n    let:\n      a: \"${%d + 1}\"\n", i, i }'
}
steps 190 >"$work/kilobytes.yaml"
row "12 load and check of $(wc -c <"$work/kilobytes.yaml") bytes / libyaml's events" \
    "$("$tools/loads" "$work/kilobytes.yaml" $((rounds * 5)) | cut -d' ' -f3)" 3
# Ten megabytes of alerts, in the two forms that come in bulk: a page of Resource Manager and a batch of an export.
for shape in arm eventhub; do
    "$program" alert sample --shape "$shape" | sed '1s/^\[//; $s/\]$//' >"$work/$shape.one"
    awk '{ line[NR] = $0; size += length($0) + 1 }
         END { printf "["; for (n = 0; n * size < 10485760; n++) { if (n > 0) printf ","; for (i = 1; i <= NR; i++) print line[i] } print "]" }' \
        "$work/$shape.one" >"$work/$shape.many"
    row "15 alerts of $(wc -c <"$work/$shape.many") bytes read, $shape / cJSON's parsing" \
        "$("$tools/alerts" "$work/$shape.many" $((rounds / 4 + 1)) | cut -d' ' -f3)" 2
done
steps 1 >"$work/one.yaml"
steps 1000 >"$work/many.yaml"
run="run --dry-run --unattended --json --state $work/steps"
"$program" $run "$work/one.yaml" >/dev/null
mv "$work/steps" "$work/step"
# Each time the trail is as short: what is published once in a thousand lines is no step's.
again="{ test ! -e $work/steps || mv $work/steps $work/gone.\$\$; } && cp -r $work/step $work/steps"
"$tools/pace" -n "$rounds" -p "$again" "$program $run $work/many.yaml" "$program check $work/many.yaml" \
    -p "$again" "$program $run $work/one.yaml" "$program check $work/one.yaml" >"$work/times"
row "13 a step without I/O, us" \
    "$(awk '{ ms[NR] = $1 } END { printf "%.2f", (ms[1] - ms[2] - ms[3] + ms[4]) * 1000 / 999 }' "$work/times")" 5

# Cost is linear in the work: an item of a large loop costs what one of a small loop does.
cat >"$work/loop.yaml" <<'PLAYBOOK'
playbook: loop
version: 1.0.0
title: Many items
params: {n: {type: int, default: 1}}
steps:
  - id: make
    lua: |
      local all = {}
      for i = 1, params.n do all[i] = {name = "item-" .. i} end
      return {all = all}
  - {id: each, for_each: make.all, as: item, key: name, let: {x: "${item.name}"}}
PLAYBOOK
loop() { echo "$program run $work/loop.yaml --dry-run --unattended --json --state $work/steps --param n=$1"; }
"$tools/pace" -n "$rounds" -p "$again" "$(loop 9000)" -p "$again" "$(loop 3000)" -p "$again" "$(loop 1)" >"$work/times"
row "13 an item of a loop of 9,000 / of 3,000, processor time" \
    "$(awk '{ ms[NR] = $4 } END { print (ms[1] - ms[3]) / 8999 / ((ms[2] - ms[3]) / 2999) }' "$work/times")" 1.5

# The trail of as many dry runs as rounds, checked whole; and the same for a tenth of it: memory does not grow with it.
grow() {
    rm -rf "$work/trail.$1"
    for _ in $(seq "$1"); do $(runs "$work/trail.$1" --dry-run --unattended) >/dev/null; done
    "$program" audit publish --state "$work/trail.$1" >/dev/null
}
few=$(((rounds + 9) / 10)) much=$((rounds + 1))
grow "$few"
grow "$much"
"$tools/pace" -n "$rounds" "$program audit verify --state $work/trail.$much" \
    "$program audit verify --state $work/trail.$few" "$tools/lines $work/trail.$much/trail/log.jsonl" >"$work/times"
row "14 verify a trail of $(wc -l <"$work/trail.$much/trail/log.jsonl") lines / SHA-256 and cJSON of each line" "$(first 7)" 2
row "14 its peak memory / that for $(wc -l <"$work/trail.$few/trail/log.jsonl") lines" \
    "$(awk '{ kb[NR] = $5 } END { printf "%.3f", kb[1] / kb[2] }' "$work/times")" 1.15

# What a run costs does not grow with the runs of the same alert before it.
again_on() { echo "rm -rf $work/now && cp -r $work/trail.$1 $work/now"; }
"$tools/pace" -n "$rounds" -p "$(again_on "$much")" "$(runs "$work/now" --dry-run --unattended)" \
    -p "$(again_on "$few")" "$(runs "$work/now" --dry-run --unattended)" >"$work/times"
row "14 a dry run after $much of the same alert / after $few" "$(first 6)" 1.15

# Signed events until they are durable, one by one and in groups, against the same bytes and one fdatasync.
for group in 1:4 64:2 256:1.43; do
    mkdir "$work/durable.${group%:*}"
    row "10 durable signed events, ${group%:*} at once / append and fdatasync" \
        "$("$tools/durable" "$work/durable.${group%:*}" $((rounds * 5)) "${group%:*}" | cut -d' ' -f3)" "${group#*:}"
done

test -n "$only_works" || exit "$missed"
