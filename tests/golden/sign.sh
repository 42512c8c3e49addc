# Playbooks that somebody vouches for: signed, trusted, and what runs live where the policy wants that.
lib="$work/lib"
mkdir -p "$lib/playbooks/lab"
echo 'only_signed: true' >"$lib/playbooks/lab/policy.yaml"
echo 'approve_all: true' >>"$lib/playbooks/lab/policy.yaml"
cd "$work" || exit 1
cat >go.yaml <<'END'
playbook: go
version: 1.0.0
title: Ask, then call another
steps:
  - id: origin
    ask: Go on?
    choices: [on, off]
    otherwise: on
  - id: also
    call: also
END
cat >"$lib/playbooks/also.yaml" <<'END'
playbook: also
version: 1.0.0
title: Called by another
steps:
  - id: sum
    let: {x: "${1 + 1}"}
END
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
says() { grep -o -E -e "$1" "$work/all" || echo "NOT SAID: $1"; }
# Keys as `audit key --new` makes them: two people's, and another in the first one's name.
dana=dana+37aedc94+ASxqBv6wKESBsIW2IE2y6rGDGCLkugc/0KMUQzEQXWHp
erik=erik+02452817+AZo2phK9Pgh8M9T3oBFvY8/0Y+x7yTnTtTt8aGR4WE5k
echo $dana >dana.vkey
echo PRIVATE+KEY+dana+37aedc94+ARgygHNFeLqy/f4WEvX0wI0/HokXPUjnexPRjOdeaz5T >dana.key
echo PRIVATE+KEY+dana+053c7bcd+ATdpdtrWV74+938gjbZK7gGSPTvPzVA+g9+OHOWO3sFv >other.key
# Nobody vouches for it: looked at with a warning, refused live; nothing was sent.
t trust
quiet --lib "$lib" run go.yaml --dry-run
says 'warning: .*'
t --lib "$lib" run go.yaml
quiet --lib "$lib" run go.yaml --json
says '"status":"refused","exit":6'
says '"requests":\{[^}]*\}'
# Signed by somebody who is not trusted, then by one who is; what it calls is signed by itself.
t sign go.yaml
t sign keyvault-alert --key dana.key
t --lib "$lib" sign go.yaml --key dana.key
(umask 027 && "$program" --lib "$lib" sign go.yaml --key dana.key >/dev/null)
stat -c '%a %n' go.yaml.sig
sed -E 's/sha256:[0-9a-f]+/sha256:DIGEST/;s/ [A-Za-z0-9+\/=]{92}$/ SIGNATURE/' go.yaml.sig
quiet --lib "$lib" check go.yaml
says 'warning: .*'
says 'good.*'
quiet --lib "$lib" run go.yaml
says 'error: .*'
quiet trust dana.vkey
cat "$work/all"
ls "$PLAYBOOK_CONFIG/trusted/playbooks"
quiet --lib "$lib" run go.yaml
says 'error: .*'
says 'also.yaml:[0-9:]+'
quiet --lib "$lib" sign also --key dana.key
quiet --lib "$lib" run go.yaml
says 'Steps: .*'
quiet audit show last
says 'signed by dana'
grep -o '"signed":{[^}]*}' "$PLAYBOOK_STATE/trail/log.jsonl" | tail -n 1 | sed -E 's/\+[0-9a-f]{8}\+[A-Za-z0-9+\/=]{44}/+KEY/g'
t --lib "$lib" check go.yaml
quiet --lib "$lib" show go.yaml
says 'Signed by.*'
# A plan, and a run that waits: carried out, and gone on with, only while somebody vouches.
quiet --lib "$lib" run go.yaml --dry-run --answer origin=on --plan-out plan
quiet --lib "$lib" run keyvault-alert
quiet --lib "$lib" apply plan
sed '5,8d' go.yaml >wait.yaml
sed -i 's/^playbook: go/playbook: wait/; s/^steps:/steps:\n  - id: origin\n    ask: Go on?\n    choices: [on, off]/' wait.yaml
quiet --lib "$lib" sign wait.yaml --key dana.key
quiet --lib "$lib" run wait.yaml
t trust --remove dna
t trust --remove dana
quiet --lib "$lib" apply plan
says 'error: .*'
quiet --lib "$lib" resume "$("$program" runs list --json | tr '{' '\n' | sed -n '/"playbook":"wait"/s/.*"run":"\([^"]*\)".*/\1/p')"
says 'error: .*'
quiet trust $dana
t trust $erik
t trust nonsense
t trust go.yaml
t trust --json
quiet --lib "$lib" answer "$("$program" runs list --json | tr '{' '\n' | sed -n '/"playbook":"wait"/s/.*"run":"\([^"]*\)".*/\1/p')" origin=on
# What undoes a run is made from its effects: nobody signs it.
quiet --lib "$lib" run keyvault-alert --answer origin=unexpected --approve-all
quiet --lib "$lib" undo last --approve-all
says 'Steps: .*'
# Changed since: by one letter of the playbook, of the note, of its signature.
echo '# more' >>go.yaml
t --lib "$lib" run go.yaml
t --lib "$lib" check go.yaml
quiet --lib "$lib" show go.yaml
says 'It is not.*'
sed -i '$d' go.yaml
cp go.yaml.sig kept.sig
sed -i 's/^go$/gone/' go.yaml.sig
quiet --lib "$lib" run go.yaml
says 'error: .*'
echo nothing >go.yaml.sig
quiet --lib "$lib" run go.yaml
says 'error: .*'
cp kept.sig go.yaml.sig
# Another under a trusted name; a damaged pin; a library of one's own.
t trust dana+053c7bcd+AaT30Sgal+uDGqx869vXUE9Iyh0Mwq9poOuPJReCPsAe
quiet --lib "$lib" sign go.yaml --key other.key
quiet --lib "$lib" run go.yaml
says 'error: .*'
cp kept.sig go.yaml.sig
mkdir "$lib/stdlib"
t --lib "$lib" run go.yaml
rmdir "$lib/stdlib"
echo damaged >"$PLAYBOOK_CONFIG/trusted/playbooks/erik.vkey"
t --lib "$lib" run go.yaml
t trust one two
t trust no+key
t trust --remove dana dana.vkey
# The pin of the trail is no signer's.
quiet audit verify
says '^[a-z]+$'
ls "$PLAYBOOK_CONFIG/trusted" | sed 's/^playbook_.*/the pin of the trail/'
