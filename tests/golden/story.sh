# One true story in the lab: look, judge, act, judge again, act again. What each run says is checked by what it claims
# and by the lab's own digest, not word for word: the words are unit/report's business.
says() { # says PATTERN: the last transcript has the line
    grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"
}
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
"$program" lab reset >/dev/null
digest
quiet run keyvault-alert --dry-run
says '^LAB  dry-run of keyvault-alert'
says '^Nothing was changed: [0-9]+ reads, 0 changes sent\.$' | sed -E 's/[0-9]+ reads/N reads/'
says 'networkAcls.defaultAction  Allow → Deny'
says '^To carry it out:$'
digest
quiet run keyvault-alert --audit --unattended
says '^Gaps: [0-9]+ of [0-9]+ clauses' | sed -E 's/[0-9]+ of [0-9]+/N of M/'
says '^missing +KV-MITIGATE-IP-1' | head -1 | cut -c1-33
digest
quiet run keyvault-alert --unattended --approve-all
says '(^| )applied, verified$' | head -1 | sed -E 's/.* (applied)/\1/'
grep -c 'NOT verified' "$work/all"
says '^[0-9]+ reads, [1-9][0-9]* changes sent\.$' | sed -E 's/[0-9]+/N/g'
says '^To see that it is in place:$'
digest
quiet run keyvault-alert --audit
says '^Gaps: none; no clause is missing\.$'
says '^in place +KV-MITIGATE-IP-1' | cut -c1-33
digest
quiet run keyvault-alert --unattended --approve-all
says '^Nothing was changed: [0-9]+ reads, 0 changes sent\.$' | sed -E 's/[0-9]+ reads/N reads/'
says '^Already in place, nothing sent: ' | sed -E 's/: [0-9].*//'
digest
quiet run keyvault-alert
says '^To go on, with an answer for VALUE:$'
says 'origin=VALUE' | sed -E 's|^ *||'
