# What a playbook needs to be allowed, its smallest roles, and whether the sign-in has it all.
mkdir -p "$work/lib/stdlib/extra" "$work/lib/playbooks"
cat >"$work/lib/stdlib/extra/purge_secret.lua" <<'LUA'
return primitive {
    name = "extra.purge_secret",
    summary = "Purges a deleted secret",
    since = "1.0.0",
    params = {vault = {type = "id", help = "the vault"}},
    risk = "read",
    permissions = {"Microsoft.KeyVault/vaults/secrets/purge/action", "Mail.Read", "AppRoleAssignment.Read.All",
        "Machine.Offboard"},
    example = {vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7"},
    observe = function(p, read) return {} end,
}
LUA
cat >"$work/lib/playbooks/purge.yaml" <<'YAML'
playbook: purge
version: 1.0.0
alerts: [keyvault]
steps:
  - id: plan
    for_each: alert.subscriptions
    as: subscription
    call: keyvault-enable
    with: {subscription: "${subscription}"}
  - id: script
    lua: return call("extra.purge_secret", {vault = alert.resource.id})
YAML
t permissions keyvault-enable
t permissions keyvault-enable --json
t permissions keyvault-alert --check
t --lib "$work/lib" permissions purge --check
t permissions nobody
# What tokens state: the reader's lack what changes something, the responder's holds it all; what a person may do in
# Partner Center stands in no token.
ends() {
    echo "\$ playbook permissions $*"
    "$program" permissions "$@" >"$work/all"
    status=$?
    sed -n '/^Application/,/^Roles/s/^  \([a-z][a-z]*\) .*/\1/p' "$work/all" | sort | uniq -c
    sed -n '/^Roles/,/^Two/p' "$work/all" | sed '/^Two/,$d'
    echo "[exit $status]"
    echo
}
ends csp-fraud-alert --check

# Whom the policy protects is looked up by every run, unless the register tells of them.
cp ../../playbooks/lab/register.yaml "$PLAYBOOK_CONFIG"
printf 'name: protects\ncloud: public\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\npolicy: protects-policy.yaml\nregister: register.yaml\n' \
    >"$PLAYBOOK_CONFIG/protects.yaml"
echo 'protect: [tier0@contoso.com, breakglass@contoso.com, /subscriptions/x]' >"$PLAYBOOK_CONFIG/protects-policy.yaml"
t permissions keyvault-enable --profile protects
echo 'protect: [77777777-aaaa-4aaa-8aaa-777777777777]' >"$PLAYBOOK_CONFIG/protects-policy.yaml"
"$program" permissions keyvault-enable --profile protects --json | grep -o '[^{]*"protects":true'
