# The trail for reviewers: every command of audit and runs, on one trail, in words and as JSON. What depends on the
# shipped playbook is looked for, not compared word for word.
says() { grep -E -e "$1" "$work/all" || echo "NOT SAID: $1"; }
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
shown() { # with times, hashes, ids and the machine's name replaced
    quiet "$@"
    sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' -e 's/[0-9]{4}(-[0-9]{2}){2}/DAY/g' \
        -e 's/[0-9]{2}(:[0-9]{2}){2}/HH:MM:SS/g' -e 's/[0-9a-f]{64}/HASH/g' -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' \
        -e 's/mono_ns( +|":)[0-9]+/mono_ns\1N/' -e 's/ on [^ ]+$/ on HOST/' -e 's/^(host +).*/\1HOST/' \
        -e 's/"host":"[^"]*"/"host":"HOST"/' "$work/all"
    echo
}
cat >"$work/one.yaml" <<'END'
playbook: one
version: 1.0.0
title: One question
steps:
  - id: origin
    ask: Was it expected?
    choices: [expected, unexpected]
    otherwise: unexpected
  - id: sum
    let: {x: "${1 + 1}"}
END
t audit verify
t runs list
t audit key
quiet run --dry-run --unattended "$work/one.yaml"
quiet run --dry-run --answer origin=expected "$work/one.yaml"
shown runs list
shown runs list --status done
t runs list --status waiting
t runs list --status wating
t runs show last
quiet runs show last --json
says '"status":"done"' | cut -c1-8
shown audit show last
shown audit show 4
shown audit show 4 --json
t audit show nothing
shown audit show 2
shown audit search --outcome done
shown audit search --outcome faild
shown audit search --outcome 'q*'
t audit search --mode live
shown audit search --by otherwise --run 2
shown audit search --from noon
t audit proof last
t audit proof
shown audit show 4 --raw
sed -n 5p "$PLAYBOOK_STATE/trail/log.jsonl" | tr -d '\n' | cmp - "$work/all" && echo "those are the line's bytes"
t audit show last --raw
t audit show 4 --bundle "$work/bundle"
quiet audit verify
says '^unpublished$'
quiet audit publish
quiet audit verify
says '^clean$'
cp "$PLAYBOOK_STATE/trail/checkpoint" "$work/earlier"
quiet audit proof 3
says '^index 3$'
says '^c2sp.org/tlog-proof@v1$'
quiet audit show last --bundle "$work/bundle"
quiet audit verify "$work/bundle"
says '^clean$'
says '^playbook +one 1.0.0$'
sed 's/unexpected/expected/' "$work/bundle" >"$work/bundle.changed"
quiet audit verify "$work/bundle.changed"
says '^tampered$'
"$program" run --dry-run --unattended "$work/one.yaml" --json >"$work/said"
"$program" runs show last --json >"$work/shown"
cmp "$work/said" "$work/shown" && echo "runs show --json says what run --json said"
"$program" audit key >"$work/first.vkey"
quiet audit key --rotate
cmp -s "$work/all" "$work/first.vkey" && echo "the key is the same"
quiet audit verify --key "$work/first.vkey"
says '^unpublished$'
quiet audit publish
quiet audit verify
says '^clean$'
quiet audit proof --since "$work/earlier"
says '^old [1-9][0-9]*$'
says '^[A-Za-z0-9+/]{43}=$' | wc -l
t audit proof --since "$work/one.yaml"
t audit proof 3 --since "$work/earlier"
t audit verify "$work/one.yaml"
t audit verify "$work/bundle" "$work/one.yaml" "$work/one.yaml"
t audit verify "$work/one.yaml" "$work/bundle"
cp -r "$PLAYBOOK_STATE" "$work/kept"
sed -i '5s/origin/0rigin/' "$PLAYBOOK_STATE/trail/log.jsonl"
quiet audit verify
says '^tampered$'
says '^edit +line 5 of log.jsonl \(entry 4\) was edited'
quiet audit verify --json
says '"verdict":"tampered","exit":5' | cut -c1-32
quiet audit show last
says 'the trail does not verify'
quiet runs list --json
rm -r "$PLAYBOOK_STATE"
mv "$work/kept" "$PLAYBOOK_STATE"
printf torn >>"$PLAYBOOK_STATE/trail/log.jsonl"
quiet audit verify
says '^interrupted$'
quiet audit verify --strict
# A run is shown as it was when it ended, the words of its clauses too; without them where its playbook has changed since.
"$program" run keyvault-alert --audit --unattended 2>/dev/null | sed '1d;/^To see/,$d' >"$work/printed"
"$program" runs show last | sed 1d | diff -B - "$work/printed" && grep -c 'KV-CONTACT-1 ' "$work/printed"
mkdir -p "$work/lib/playbooks"
sed 's/^title:.*/title: Another/' "$here/../../playbooks/keyvault-alert.yaml" >"$work/lib/playbooks/keyvault-alert.yaml"
"$program" runs show last --lib "$work/lib" | grep 'KV-CONTACT-1'
