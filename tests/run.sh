#!/bin/sh
# Builds everything and runs every test: sh tests/run.sh [--full]
#   without --full   gcc with ASan and UBSan (all tests), clang the same, gcc -O3 with -Werror: under 15 minutes, 2 cores
#   --full           every test in every build, in the first with all kill points and all faults in place of samples;
#                    libFuzzer for ten minutes on each target; the benchmarks: about three hours, 2 cores. What ends is
#                    shown as it does
# Needs Debian 12. As root it installs the packages that are missing; as anybody else it says which. It may be run again
# at any time; everything that it makes is in build/. The last line is ctest's closing line, summed over the builds.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

full= limit=300 # seconds for one test
for word; do
    case $word in
    --full)
        full=yes limit=7200
        ;;
    *) echo "usage: sh tests/run.sh [--full]" >&2; exit 2 ;;
    esac
done
need_packages $BUILD_PACKAGES $TEST_PACKAGES || exit 2

log=build/log
mkdir -p "$log"
jobs=$(nproc)
at_once=$((2 * jobs)) # tests: half of their time they wait, for a disk or for a moment to pass
passed=0 total=0

# A build and its tests; a failure is counted and the others go on.
one() {
    preset=$1
    shift
    echo "== $preset: building"
    if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs"; } >"$log/$preset.build" 2>&1; then
        grep -E -A6 'error|FAILED|Error' "$log/$preset.build" | head -n 60
        echo "== $preset: does not build ($log/$preset.build)"
        total=$((total + 1)) # a build that fails is a test that fails
        return
    fi
    echo "== $preset: testing"
    set -- --preset "$preset" -j "$at_once" --timeout "$limit" "$@"
    if [ -n "$full" ]; then
        ctest "$@" -O "$log/$preset.test" </dev/null 2>&1 # shown as it comes: these are hours
    else
        ctest "$@" </dev/null >"$log/$preset.test" 2>&1
    fi
    status=$?
    closing=$(grep 'tests passed' "$log/$preset.test" | tail -n 1)
    if [ $status -ne 0 ] || [ -z "$closing" ]; then
        [ -n "$full" ] || cat "$log/$preset.test"
        [ -n "$closing" ] || total=$((total + 1))
    else
        grep -E 'Not Run|Skipped' "$log/$preset.test" | grep -v ':$' | sort -u
    fi
    echo "$preset: ${closing:-no test ran}"
    failed=$(echo "$closing" | sed -n 's/.* \([0-9]*\) tests\{0,1\} failed.*/\1/p')
    count=$(echo "$closing" | sed -n 's/.* out of \([0-9]*\).*/\1/p')
    total=$((total + ${count:-0}))
    passed=$((passed + ${count:-0} - ${failed:-0}))
}

# libFuzzer on every target for SECONDS each, with what it finds kept in build/fuzz/found.
fuzz() {
    seconds=$1
    echo "== fuzz: building"
    if ! { cmake --preset fuzz && cmake --build --preset fuzz -j "$jobs"; } >"$log/fuzz.build" 2>&1; then
        tail -n 30 "$log/fuzz.build"
        total=$((total + 1))
        return
    fi
    mkdir -p build/fuzz/found
    for target in build/fuzz/tests/fuzz/fuzz_*; do
        name=${target##*/fuzz_}
        corpus=tests/fuzz/$name
        [ "$name" = alert ] && corpus="$corpus tests/alerts tests/alerts/bad"
        mkdir -p "build/fuzz/new/$name"
        total=$((total + 1))
        if "$target" -max_total_time="$seconds" -jobs="$jobs" -workers="$jobs" -artifact_prefix="build/fuzz/found/$name-" \
            "build/fuzz/new/$name" $corpus </dev/null >"$log/fuzz.$name" 2>&1; then
            passed=$((passed + 1))
            echo "fuzz: $name found nothing in $seconds s"
        else
            tail -n 40 "$log/fuzz.$name"
            echo "fuzz: $name failed (build/fuzz/found, $log/fuzz.$name)"
        fi
    done
    rm -f fuzz-[0-9]*.log
}

if [ -n "$full" ]; then
    export PLAYBOOK_FULL=1 # tests/laws/pool.h
    one dev
    unset PLAYBOOK_FULL
    one clang
    one release
    fuzz 600
    total=$((total + 1))
    sh tests/bench/run.sh && passed=$((passed + 1))
else
    one dev
    one clang -R '^(unit|fuzz|golden)/'
    one release -R '^(unit|laws|examples|bench)/'
fi

echo
echo "$((passed * 100 / total))% tests passed, $((total - passed)) tests failed out of $total"
[ $passed -eq $total ]
