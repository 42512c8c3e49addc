# The command line: help, versions, mistakes.
t
t help
t help show
t help language
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
# A standard stream that is closed is no place for the next file, into which would be printed.
"$program" lab reset >/dev/null
"$program" lab digest >"$work/digest"
for closed in '>&-' '2>&-' '<&- >&- 2>&-'; do
    eval "\"\$program\" run keyvault-alert --dry-run >/dev/null 2>/dev/null $closed"
    echo "closed $closed: exit $?"
done
"$program" lab digest | cmp - "$work/digest" && echo "the estate is the same"
