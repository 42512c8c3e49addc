#!/bin/sh
# What `playbook test --junit` writes is XML that any reader takes, whatever stands in names and messages.
#   junit.sh PLAYBOOK LUA
set -u
program=$1
lua=$2
here=$(cd "$(dirname "$0")" && pwd)
scratch=${program%/*}/tests/scratch
. "$here/scratch.sh"
export HOME="$work" PLAYBOOK_STATE="$work/state" PLAYBOOK_CONFIG="$work/config"
cd "$work" || exit 1
"$program" new mine >/dev/null
cat >mine.test.yaml <<'Y'
playbook: mine.yaml
cases:
  - name: "a <b> & \"c\" \x07\x9b\uFFFE é 漢 ]]>\nsecond line"
    expect: {}
  - name: fails
    expect: {exit: 3, steps: {firewall: skipped}}
  - name: cannot run
    sample: "<none>"
    expect: {}
Y
mkdir more
printf 'playbook: "x&y.yaml"\ncases:\n  - {name: one, expect: {}}\n' >"more/a&b.test.yaml"
printf 'cases: 7\n' >more/broken.test.yaml
"$program" test . more --junit out.xml >"$work/out"
status=$?
"$lua" "$here/junit.lua" out.xml >parsed || exit 1
test $status -eq 2 || exit 1
test "$(stat -c %a out.xml)" != 600 || exit 1
diff -u - parsed <<'X' || exit 1
testsuites name=playbook test tests=5 failures=1 errors=3 skipped=0
  testsuite name=mine.test.yaml tests=3 failures=1 errors=1 skipped=0
    testcase classname=mine.test.yaml name=a <b> & "c"  é 漢 ]]>?second line file=mine.test.yaml line=3
    testcase classname=mine.test.yaml name=fails file=mine.test.yaml line=5
      failure type=E_EXPECT
        mine.test.yaml:6:20: error: the run: expected exit 3, came 0 (done) [E_EXPECT]
        mine.test.yaml:6:41: error: step firewall: expected skipped, came planned [E_EXPECT]
    testcase classname=mine.test.yaml name=cannot run file=mine.test.yaml line=7
      error type=E_UNKNOWN_NAME
        mine.test.yaml:8:13: error: there is no sample alert of type '<none>' in the shape 'arm' [E_UNKNOWN_NAME]
          hint: the shape carries types such as K8S_TestAlert
  testsuite name=more/a&b.test.yaml tests=1 failures=0 errors=1 skipped=0
    testcase classname=more/a&b.test.yaml name=(the whole file) file=more/a&b.test.yaml
      error type=E_FILE
        error: cannot read more/x&y.yaml: No such file or directory [E_FILE]
  testsuite name=more/broken.test.yaml tests=1 failures=0 errors=1 skipped=0
    testcase classname=more/broken.test.yaml name=(the whole file) file=more/broken.test.yaml
      error type=E_MISSING
        more/broken.test.yaml:1:1: error: the test needs 'playbook', a text [E_MISSING]
X
# Where it cannot be written, that is said before any test has run.
"$program" test . --junit none/out.xml >"$work/out" 2>"$work/error"
test $? -eq 2 && grep -q 'cannot open none/out.xml' "$work/error" && test ! -s "$work/out"
