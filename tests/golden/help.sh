# The command line: help, versions, mistakes.
t
t help
t help show
t show --help
t version
t version extra
t rum
t alert
t show
t show a b
t list --jsno
t list --state
t list --state a --state b
t list --json=yes
t --json list --nonsense
t --json run --audit --nonsense
t -x
playbook version >/dev/full 2>"$work/err"
echo "[exit $?]"
sed 's/^/! /' "$work/err" >&2
