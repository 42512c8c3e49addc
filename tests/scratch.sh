# Sourced by tests that are scripts, with `scratch` naming the program: a folder of the test's own, in $work. When the
# test ends ($at_end is done first), every byte in it is searched for tokens and secrets, and it goes. (One length everywhere: lines are wrapped.)
work=$(mktemp -d /tmp/golden.XXXXXX) || exit 1
at_end=:
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'status=$?; eval "$at_end"; chmod -R u+w "$work"; "$scratch" "$work" || status=1; exit $status' EXIT
