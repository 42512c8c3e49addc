# What a reviewer reads about a trail: whole, interrupted, changed, handed over; and what can be searched for.
shown() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    code=$?
    # Where a row is wrapped hangs on names of this machine.
    awk '/^             [^ ]/ { sub(/^ +/, " "); printf "%s", $0; next } { printf "%s%s", (NR > 1 ? "\n" : ""), $0 } END { print "" }' "$work/all" |
        sed -E -e 's#playbook/[^ /]+/[0-9]{12}(\+[0-9a-f]{8})?#ORIGIN#g' -e 's#root [A-Za-z0-9+/]{43}=#root ROOT#' \
            -e 's/ [0-9]{2}:[0-9]{2}:[0-9]{2} / HH:MM:SS /' -e 's/(RUN|-[a-z0-9]{6}) · [-0-9]+ · on .*/\1 · DAY · on HOST/' \
            -e 's/^(key +ORIGIN).*/\1/' -e 's/^(digest +).*/\1DIGEST/'
    echo "[exit $code]"
    echo
}
cat >"$work/small.yaml" <<'Y'
playbook: small
version: 1.0.0
title: Decide and compute
steps:
  - id: origin
    ask: Was it expected?
    choices: [expected, unexpected]
    otherwise: unexpected
    clause: KV-CONTACT-1
  - id: told
    let: {text: "${origin.answer}"}
procedure: keyvault
Y
cd "$work"
for _ in 1 2; do "$program" run small.yaml --dry-run --unattended >"$work/all" 2>&1; done
"$program" run small.yaml --unattended >"$work/all" 2>&1
trail=$PLAYBOOK_STATE/trail
shown audit verify
"$program" audit publish >"$work/all"
"$program" audit proof 3 >proof
sed -n 4p "$trail/log.jsonl" | tr -d '\n' >entry
"$program" audit show last --bundle bundle >"$work/all"
cp -r "$trail" whole
again() { rm -r "$trail" && cp -r whole "$trail"; }
printf '{"v":1,"seq":99' >>"$trail/log.jsonl"
shown audit verify
again
sed -i '9s/"dana"/"Dana"/' "$trail/log.jsonl"
shown audit verify
shown runs list
shown run small.yaml --unattended
again
sed -i '6,7d' "$trail/log.jsonl"
shown audit verify
again
rm "$trail/tile/entries/000.p/"*
shown audit verify
again
printf '%02000d' 0 | dd of="$trail/head" bs=1 seek=60 conv=notrunc 2>/dev/null
printf '%02000d' 0 | dd of="$trail/head" bs=1 seek=4156 conv=notrunc 2>/dev/null
shown audit verify
again
shown audit search --run last --outcome done
shown audit search --clause KV-CONTACT-1 --mode live
shown audit search --mode lvie
shown audit search --from 2027 --to yesterday
shown audit search --from 2026-11-26 --to 2026-11-25
# What would not be looked at is refused.
shown audit verify bundle --since checkpoint
shown audit verify --witness somebody
shown audit key --new dana --rotate
today=$(date -u +%Y-%m-%d)
"$program" audit search --from "$today" --to "$today" | grep -oE 'run\.[a-z]+|trail\.[a-z]+|key\.[a-z]+' | sort | uniq -c
# A run without its last line, and with a header to match: the rest holds, and that it has no end is said.
lines=$(($(wc -l <bundle) - 1))
sed -e "1s/\"lines\":$lines/\"lines\":$((lines - 1))/" -e '$d' bundle >shorter
shown audit verify shorter
# What is more than a line of the log can hold stands beside it, and is found there: the states of a change, in which
# each alone would have had room; a text that somebody else wrote.
rules() {
    networks=$(seq "$1" | awk '{ printf "%s198.51.%d.%d/32", (NR > 1 ? ", " : ""), 100 + $1 / 256, $1 % 256 }')
    cat <<Y
playbook: many
version: 1.0.0
title: Many rules
params:
  text: {type: string, default: x, help: What is asked}
steps:
  - id: vault
    do: keyvault.get_vault
    with: {vault: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod}
  - id: fine
    ask: Is \${params.text} fine?
    choices: [good, bad]
    otherwise: good
  - id: firewall
    do: keyvault.set_firewall
    with:
      vault: "\${vault.id}"
      default_action: Deny
      add: [$networks]
Y
}
rules 700 >many.yaml
"$program" run many.yaml --unattended --approve-all >"$work/all" 2>&1 || cat "$work/all"
"$program" lab digest >before
rules 720 >many.yaml
"$program" run many.yaml --unattended --approve-all --param "text=$(head -c 70000 /dev/zero | tr '\0' a)" >"$work/all" 2>&1 ||
    cat "$work/all"
"$program" lab digest | cmp -s - before && echo "nothing was changed"
"$program" undo last --unattended --approve-all 2>/dev/null | grep '^Steps'
"$program" lab digest | cmp - before
"$program" audit verify --strict | head -1
awk 'length > 65535' "$trail/log.jsonl"
# After a change of the key, what the one before has signed wants that one.
key=$("$program" audit key)
"$program" audit key --rotate >/dev/null
shown audit verify bundle
shown audit verify proof entry
"$program" audit verify bundle --key "$key" | head -1
"$program" audit verify proof entry --key "$key" | head -1
"$program" audit search | grep -oE 'key\.[a-z]+'
# Who only reads writes nothing, and may lack the right to: what is left of a crash stays, and what is derived and gone is
# gone. Nor are the trail's own keys needed, but the pinned one is.
for _ in 1 2; do "$program" run keyvault-alert --dry-run --unattended >"$work/all" 2>&1; done
rm -rf "$trail/frontier" "$trail/index"
printf '{"v":1,"seq":99' >>"$trail/log.jsonl"
written() { find "$trail" -type f -exec sha256sum {} + | sort; }
written >before
chmod -R a-w "$trail"
reads() {
    "$program" runs list | grep -c '^[0-9]'
    "$program" runs show last | grep -c '^Recorded as run'
}
reads
mv "$PLAYBOOK_STATE/keys" .
reads
mv "$PLAYBOOK_CONFIG/trusted" .
"$program" runs list 2>&1 | grep -o 'is not pinned'
"$program" audit verify --state "$PLAYBOOK_STATE" | sed -n '/^next/,$p'
chmod -R u+w "$trail"
written | cmp - before && echo "nothing was written"
mv keys "$PLAYBOOK_STATE"
mv trusted "$PLAYBOOK_CONFIG"
reads
