#!/bin/bash
# Whatever the help says there is, the manual page says and the completion of bash offers, and neither more.
#   described.sh PLAYBOOK
set -u
program=$1
scratch=${program%/*}/tests/scratch
. "$(dirname "$0")/scratch.sh"
export HOME="$work" COLUMNS=200
failed=0
complain() {
    echo "$*"
    failed=1
}

"$program" help --completion >"$work/completion"
bash -n "$work/completion" || complain "bash cannot read the completion"
. "$work/completion"
offered() { # what is offered where the last of the words stands, one a line, sorted
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _playbook
    [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}" | sort
}
same() { # same WHAT EXPECTED OFFERED
    [ "$2" = "$3" ] || complain "$1: expected" $2 "; offered" $3
}

commands=$("$program" help | awk '/^  [a-z]/ { sub(/^  /, ""); sub(/  .*/, ""); print }')
general=$("$program" help | awk '/^  --/ { print $1 }' | sort)
[ "$(echo "$commands" | wc -l)" -gt 10 ] || complain "help lists few commands"
same "first words" "$(echo "$commands" | awk '{ print $1 }' | sort -u)" "$(offered playbook '' | grep -v '^--')"
same "options before a command" "$general" "$(offered playbook --)"
same "words of alert" "$(echo "$commands" | awk '$1 == "alert" { print $2 }' | sort)" "$(offered playbook alert '')"

"$program" help --man | sed 's/\\-/-/g; s/\\(ga/`/g' >"$work/man"
section() { # section HEADING: the items of that part of the manual page
    awk -v heading="$1" '/^\.S[SH] / { here = index($0 " ", heading) == 1 } here && /^\.B / { print $2 }' "$work/man" |
        sort
}
same "general options of the manual page" "$general" "$(section '.SH OPTIONS')"
while read -r command; do
    options=$("$program" help $command | awk '/^Options of every/ { exit } /^  --/ { print $1 }' | sort)
    all=$(printf '%s\n' $options $general | sort)
    same "options of $command" "$all" "$(offered playbook $command --)"
    same "behind an option and its value" "$all" "$(offered playbook --state dir $command --)"
    same "manual page, $command" "$options" "$(section ".SS playbook $command ")"
    grep -q "^\.SS playbook $command" "$work/man" || complain "the manual page does not know $command"
done <<END
$commands
END
mkdir "$work/bin" && ln -s "$program" "$work/bin/playbook"
PATH="$work/bin:$PATH"
same "playbooks" "keyvault-alert keyvault-enable" "$(offered playbook run key | paste -sd ' ')"
same "primitives" "notify.admin notify.check_mail notify.owner" "$(offered playbook primitives notify. | paste -sd ' ')"
same "words of a schema" "playbook run test" "$(offered playbook schema '' | grep -v '^--' | paste -sd ' ')"
cd "$work" && touch 'an alert.json'
same "files" "an alert.json" "$(offered playbook run --alert an)"
same "files behind the command" "an alert.json" "$(offered playbook alert show an)"
same "no files where none is taken" "" "$(offered playbook version an)"
exit $failed
