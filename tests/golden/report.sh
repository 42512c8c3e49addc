# A run as one page to hand over: made from the verified trail alone, what an attacker wrote stays text, and the page
# says how to verify it.
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
text() { # the page without its head and its marks, as a browser's reader sees it
    sed -e '/<style>/,/<\/style>/d' -e 's/<\/t[hd]>/ | /g' -e 's/<[^>]*>//g' -e 's/&#60;/</g' -e 's/&#62;/>/g' \
        -e "s/&#39;/'/g" -e 's/&#34;/"/g' -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&#38;/\&/g' "$@" |
        sed -E -e 's/^(Verifier key \| ).*/\1VKEY | /' -e 's/^(Root \| ).*/\1ROOT | /' -e 's/( by [a-z]* on )[^ ]* \|/\1HOST |/' \
            -e 's#playbook/[^ ,|]*/[0-9]+#ORIGIN#g' -e 's/^— ORIGIN .*/— ORIGIN SIGNATURE/' -e 's#^[A-Za-z0-9+/]{43}=$#ROOT#' \
            -e 's/^(Reads \| )[0-9]+/\1N/' -e 's/^(Known in .* by \| )[0-9a-f-]*/\1ID/' -e 's/signed by [^ |]*/signed by KEY/'
}
marks() { grep -o '<[^>]*>' "$1" | sort -u | tr '\n' ' '; }
run_of() { "$program" runs list --json | tr '{' '\n' | sed -n 's/.*"run":"\([^"]*\)".*/\1/p' | tail -1; }
quiet() {
    echo "\$ playbook $*"
    "$program" "$@" >"$work/all" 2>&1
    echo "[exit $?]"
}
cd "$work" || exit 1
cat >hand.yaml <<Y
playbook: hand
version: 1.0.0
title: Close a vault's secret
procedure: keyvault
alerts: [KV_*]
steps:
  - id: origin
    ask: Is \${alert.title or 'it'} expected?
    choices: [expected, unexpected]
    otherwise: unexpected
    within: 4h
  - id: off
    do: keyvault.disable_secret
    with: {vault: $prod, name: smtp-relay-password}
    clause: [KV-ACTION-2]
  - id: tell
    task: Tell those who used it
    to: the owner
Y
serve real
cat >"$PLAYBOOK_CONFIG/real.yaml" <<Y
name: real
tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1
scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]
auth: {kind: managed-identity}
policy: policy.yaml
route: $route
Y
"$program" audit key --new erik >erik.vkey 2>/dev/null
mv "$PLAYBOOK_CONFIG/approver.key" erik.key
echo "{approvals: {contain: 1}, approvers: [$(cat erik.vkey)]}" >"$PLAYBOOK_CONFIG/policy.yaml"
# The alert is an attacker's.
sed -e 's/"systemAlertId": *"[^"]*"/"systemAlertId": "<img src=x onerror=alert(1)>"/' \
    -e 's/"alertDisplayName": *"[^"]*"/"alertDisplayName": "<\/td><\/table><script>alert(1)<\/script> [x](http:\/\/evil) \&lt;b\&gt; \\u202egnp.exe \\u0007 \\"q\\" '"'"'s'"'"'\\n| second line"/' \
    "$here/../alerts/kv-01-tor-access.arm.json" >bad.json
quiet run hand.yaml --profile real --alert bad.json --unattended --lang fr
run=$(run_of)
PLAYBOOK_USER=erik quiet approve "$run" --profile real --key erik.key
echo "done on Monday" >proof.txt
quiet attest "$run" tell --profile real --evidence proof.txt --note "<b>done</b>"
quiet undo "$run" --profile real --unattended --step off --dry-run
PLAYBOOK_USER=fay quiet undo "$run" --profile real --unattended --step off
PLAYBOOK_USER=erik quiet approve last --profile real --key erik.key
t audit report "$run" --lang fr --out page.html
text page.html
echo "# every mark is one of ours"
marks page.html
echo
grep -c -e 'http-equiv' page.html
"$program" audit report "$run" --lang fr | cmp - page.html && echo "the same bytes"
echo "# the checkpoint as somebody copies it"
sed -n '/^<pre>playbook\//,/<\/pre>/p' page.html | sed 's/<[^>]*>//g' | sed '$d' >checkpoint.txt
sed 's/$/\r/' checkpoint.txt >dos.txt
head -c -1 checkpoint.txt >short.txt
for file in checkpoint dos short; do "$program" audit verify --since $file.txt | sed -n '1s/^unpublished$/clean/p'; done
sed 's/^[0-9]*$/4/' checkpoint.txt >other.txt
"$program" audit verify --since - <checkpoint.txt | sed -n '1s/^unpublished$/clean/p' # and as another program gives it
"$program" audit verify --since other.txt | head -1
echo "# what it is not made of"
t audit report 3
t audit report nothing
t audit report last --json
t audit report last --json --out last.html
cp -r "$PLAYBOOK_STATE" other
sed -i 's/done on Monday/done on Sunday/;s/"answer":"unexpected"/"answer":"expected"/' other/trail/log.jsonl
t audit report "$run" --state other --out no.html
test -e no.html && echo "there is a page"
"$program" run keyvault-alert --audit --unattended >"$work/all" 2>&1
"$program" audit report last >audit.html
text audit.html | sed -n '/^The documented/,/^Together/p' | sed -n '1,8p'
text audit.html | grep -A3 '^Changes'
end_serve
