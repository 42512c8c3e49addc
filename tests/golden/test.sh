# Tests of playbooks: the one that `new` writes, and what is said of such that fail or cannot be run.
cd "$work" || exit 1
mkdir tmp
export TMPDIR="$work/tmp"
t test
t new mine
t test
sed -i -e 's/Deny/Allow/' -e 's/firewall: planned}/firewal: planned}/' -e 's/skipped}/planned}/' -e 's/{}/{}\n      exit: 1/' mine.test.yaml
t test mine.test.yaml
t test --json
t test --profile contoso
# What keeps one from running: the other cases and files run all the same, unless it is the playbook.
mkdir more && cd more
cat >a.test.yaml <<'Y'
playbook: keyvault-enable
cases:
  - name: no parameter
    expect: {}
  - name: no such parameter, no such sample
    params: {subscripton: 4c37d899-9818-4152-8233-89cea195dbe7}
    expect: {}
  - name: no such alert
    alert: none.json
    expect: {}
  - name: good
    params: {subscription: 4c37d899-9818-4152-8233-89cea195dbe7}
    expect: {steps: {enable: in-place}}
Y
cat >b.test.yaml <<'Y'
playbook: ../mine.yaml
cases:
  - name: both
    alert: a.json
    sample: KV_TORAccess
    expect: {}
  - name: no such type
    sample: KV_TORAcess
    expect: {}
  - name: no such answer
    answers: {origin: perhaps}
    expect: {}
  - name: a fault of the estate
    fault: fault.yaml
    first: dry-run
    expect: {exit: 0}
  - name: no such fault
    fault: faults.yaml
    expect: {}
Y
echo '[{match: "GET */vaults/*", do: status 403, times: 0}]' >fault.yaml
printf 'playbook: broken.yaml\ncases:\n  - {name: one, expect: {}}\n  - {name: two, expect: {}}\n' >c.test.yaml
printf 'playbook: broken\nversion: 1.0.0\nsteps: [{do: keyvault.get_valut}]\n' >broken.yaml
printf 'playbook: x\ncases:\n  - name: x\n    expect: {efects: {}}\n' >d.test.yaml
t test .
t test b.test.yaml ../mine.yaml --json
ls "$TMPDIR"
printf 'playbook: keyvault-enable\ncases: []\n' >none.test.yaml
t test none.test.yaml
printf 'playbook: warns\nversion: 1.0.0\nsteps:\n  - {ask: "Sure?", choices: [yes, no], within: 1h}\n' >warns.yaml
printf 'playbook: warns.yaml\ncases:\n  - {name: one, expect: {}}\n  - {name: two, expect: {}}\n' >warns.test.yaml
t test warns.test.yaml
# What is otherwise than in the built-in seed, and what becomes of a run afterwards: undone, or its leases over. Also
# of a type that nobody built into the lab, by a primitive of one's own.
mkdir -p own/stdlib/web then && cd then
cat >../own/stdlib/web/require_https.lua <<'L'
return primitive {
    name = "web.require_https",
    summary = "Lets a site be reached over https alone",
    since = "1.0.0",
    params = {site = {type = "id", help = "resource id of the site"}},
    risk = "contain",
    permissions = {"Microsoft.Web/sites/write"},
    repeatable = true,
    example = {site = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.Web/sites/shop"},
    target = function(p) return uri("arm:{+site}?api-version=2023-12-01", p) end,
    state = {properties = {type = "record", fields = {httpsOnly = {type = "bool"}}}},
    plan = function() return {properties = {httpsOnly = true}} end,
}
L
sed -e 's/require_https/forget_state/; s/Lets a site be reached over https alone/Forgets the state of a site/' -e 's/httpsOnly = {type = "bool"}/state = {type = "string?"}/' \
    -e 's/httpsOnly = true/state = null/' ../own/stdlib/web/require_https.lua >../own/stdlib/web/forget_state.lua
prod=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers
shop=$prod/Microsoft.Web/sites/shop
vault=$prod/Microsoft.KeyVault/vaults/kv-contoso-prod
cat >shop.yaml <<Y
playbook: shop
version: 1.0.0
steps:
  - {id: https, do: web.require_https, with: {site: $shop}}
  - {id: firewall, do: keyvault.set_firewall, with: {vault: $vault, default_action: Deny}, lease: 4h}
  - {id: sessions, do: entra.revoke_sessions, with: {principal: 5e7bd3ff-454a-48f0-b08f-e04be3fb3f54}}
Y
estate="estate: {$shop: {location: westeurope, properties: {httpsOnly: false}}}"
cat >a.test.yaml <<Y
playbook: shop.yaml
cases:
  - name: All but the sessions is undone
    $estate
    mode: live
    then: undo
    expect: {undone: {https: done, firewall: done, sessions: skipped}, unchanged: false}
  - name: The lease ends, and the rest stays
    $estate
    mode: live
    then: end-leases
    expect:
      undone: {firewall: done}
      estate:
        $shop: {properties: {httpsOnly: true}}
        $vault: {properties: {networkAcls: {defaultAction: Allow}}}
        kv/kv-contoso-prod/secrets/none: null
  - name: What was not there before is not there afterwards
    estate: {$shop: {location: westeurope, properties: {state: Running}}}
    mode: live
    then: undo
    expect: {effects: {https: applied, firewall: applied, sessions: applied}, undone: {https: done, firewall: done, sessions: skipped},
      estate: {$shop: {properties: {state: Running, httpsOnly: null}}}}
  - name: What a run before held ends with it
    $estate
    first: live
    mode: live
    then: end-leases
    expect: {steps: {firewall: in-place}, undone: {firewall: done}}
  - name: A rehearsal changes nothing
    estate: {$shop: {location: westeurope}, kv/kv-contoso-prod/keys/invoice-signing: null}
    expect: {unchanged: true, estate: {$shop: {name: shop}, kv/kv-contoso-prod/keys/invoice-signing: null}}
Y
cat >forget.yaml <<Y
playbook: forget
version: 1.0.0
steps:
  - {id: state, do: web.forget_state, with: {site: $shop}}
Y
cat >forget.test.yaml <<Y
playbook: forget.yaml
cases:
  - name: What is planned as null is taken away
    estate: {$shop: {location: westeurope, properties: {state: Running, httpsOnly: true}}}
    mode: live
    expect: {effects: {state: applied}, estate: {$shop: {properties: {state: null, httpsOnly: true}}}}
  - name: And is there again when that is undone
    estate: {$shop: {location: westeurope, properties: {state: Running}}}
    mode: live
    then: undo
    expect: {undone: {state: done}, estate: {$shop: {properties: {state: Running}}}}
  - name: It is in place where there is none
    estate: {$shop: {location: westeurope, properties: {httpsOnly: true}}}
    expect: {steps: {state: in-place}}
Y
cat >b.test.yaml <<Y
playbook: shop.yaml
cases:
  - name: Not all of it can be undone
    $estate
    mode: live
    then: undo
    expect: {}
  - name: Otherwise than expected
    $estate
    mode: live
    then: end-leases
    expect:
      undone: {https: done}
      unchanged: true
      estate: {$shop: {properties: {httpsOnly: false}}, kv/kv-contoso-none/secrets/none: {name: none}}
  - name: Nothing was made
    $estate
    then: undo
    expect: {}
  - name: Nothing is taken back
    mode: live
    expect: {undone: {firewall: done}}
  - name: No such entry
    estate: {kv/kv-contoso-none: null}
    expect: {}
  - name: No such fault
    fault: [{match: "*", do: burn}]
    expect: {}
  - name: No such time
    fault: [{match: "*", do: drop, nth: 0}]
    expect: {}
  - name: No such key
    fault: [{match: "*", do: drop, nht: 2}]
    expect: {}
  - name: No estate
    estate: [1]
    expect: {}
Y
printf 'playbook: keyvault-enable\ncases:\n  - {name: no lease, params: {subscription: 4c37d899-9818-4152-8233-89cea195dbe7}, mode: live, then: end-leases, expect: {}}\n' >c.test.yaml
printf 'playbook: nothing\nversion: 1.0.0\nsteps: [{id: a, let: {x: 1}}]\n' >nothing.yaml
printf 'playbook: nothing.yaml\ncases:\n  - {name: no change, mode: live, then: undo, expect: {}}\n' >d.test.yaml
t test . --lib ../own
