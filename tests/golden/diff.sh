# What changed between two versions of a playbook, for a reviewer.
cd "$work" || exit 1
cat >old.yaml <<'Y'
playbook: close-the-door
version: 1.0.0
title: Let only known networks reach a vault
procedure: keyvault
alerts: [KV_*]
params:
  trusted_networks: {type: list, of: cidr, default: [], help: Networks that may reach the vault}
  lookback: {type: duration, default: 2d}
  note: string?
steps:
  - id: vault
    do: keyvault.get_vault
    with: {vault: "${alert.resource.id}"}
  - id: origin
    ask: Was the access expected?
    choices: [expected, unexpected, unknown]
    otherwise: unknown
    within: 4h
    clause: [KV-CONTACT-1, KV-CONTACT-3]
  - id: contain
    steps:
      - id: firewall
        when: origin.answer ~= 'expected' and alert.ip
        do: keyvault.set_firewall
        with: {vault: "${vault.id}", default_action: Deny, add: "${params.trusted_networks}"}
        clause: [KV-MITIGATE-IP-1, KV-MITIGATE-IP-2]
      - id: owner
        do: resource.get_owner
        with: {resource: "${vault.id}"}
  - end: Done with ${vault.name}
Y
cat >new.yaml <<'Y'
playbook: close-the-door
version: 1.1.0
title: Let only known networks reach a vault
procedure: keyvault
alerts: [KV_*, keyvault]
params:
  trusted_networks: {type: list, of: cidr, default: [10.0.0.0/8], help: Networks that may reach the vault}
  lookback: {type: duration, default: 7d}
  objects: {type: enum, values: [disable, delete], default: delete}
steps:
  - id: owner
    do: resource.get_owner
    with: {resource: "${alert.resource.id}"}
  - id: vault
    do: keyvault.get_vault
    with: {vault: "${alert.resource.id}"}
  - let: {x: 1}
  - id: origin
    ask: Was the access by ${alert.actor.name or 'somebody'} expected?
    choices: [expected, unexpected]
    otherwise: unexpected
    within: 30m
    clause: [KV-CONTACT-1]
  - id: contain
    steps:
      - id: firewall
        when: origin.answer ~= 'expected'
        do: keyvault.set_firewall
        with: {vault: "${vault.id}", default_action: Deny, add: "${params.trusted_networks}", replace: true}
        on_error: continue
        clause: [KV-MITIGATE-IP-1]
      - id: purge
        for_each: "{'a', 'b'}"
        as: name
        do: keyvault.delete_secret
        with: {vault: "${vault.id}", name: "${name}"}
        clause: KV-ACTION-2
  - end: Done with ${vault.name}
Y
t diff old.yaml new.yaml
t diff new.yaml old.yaml --json
t diff old.yaml old.yaml
# Steps in another order, in another branch, without ids, and a script.
cat >a.yaml <<'Y'
playbook: moves
version: 1.0.0
steps:
  - {id: a, let: {x: 1}}
  - {id: b, let: {x: 2}}
  - {id: c, let: {x: 3}}
  - id: q
    ask: Well?
    choices: [good, bad]
  - id: pick
    choose: q.answer
    cases:
      good: [{id: stay, let: {y: 1}}]
      bad: [{id: wander, let: {y: 2}}]
  - id: script
    lua: |
      local n = 1
      return {n = n}
  - end: Over
Y
cat >b.yaml <<'Y'
playbook: moves
version: 1.0.0
steps:
  - {let: {new: true}}
  - {id: c, let: {x: 3}}
  - {id: a, let: {x: 1}}
  - {id: b, let: {x: 2}}
  - id: q
    ask: Well?
    choices: [bad, good]
  - id: pick
    choose: q.answer
    cases:
      good: [{id: stay, let: {y: 1}}, {id: wander, let: {y: 2}}]
    otherwise: [{fail: It is bad}]
  - id: script
    lua: |
      local n = 2
      return {n = n}
  - id: side
    parallel:
      - {id: left, let: {z: 1}}
      - {id: right, let: {z: 2}}
  - end: Over
Y
t diff a.yaml b.yaml
t diff csp-activity-log csp-activity-log@1.0.0
t diff keyvault-alert keyvault-alert@0.9.0
t diff keyvault-alert
# Functions of Lua playbooks: their text, wherever in the file they stand.
cat >a.lua <<'L'
local function late(my)
    local hour = my.run.now:sub(12, 13)
    return hour > "20"
end

return {
    playbook = "lua", version = "1.0.0",
    steps = {
        {id = "when", let = {late = late, n = function(my) return 1 end}},
        {id = "same", let = {x = function() return "end" end}},
        {id = "script", lua = function(my) return {n = my.when.n} end},
    },
}
L
sed -e '1i -- Two lines more,\n-- and else' -e 's/"20"/"18"/' -e 's/return 1 end/return 2 end/' -e 's/my.when.n}/my.when.n + 1}/' a.lua >b.lua
t diff a.lua b.lua
t diff a.lua b.lua --json
t diff a.lua a.lua
sed -e '1i local function hours(time) return time:sub(12, 13) end' -e 's/my.run.now:sub(12, 13)/hours(my.run.now)/' a.lua >c.lua
sed -e 's/sub(12, 13)/sub(11, 13)/' c.lua >d.lua
t diff c.lua d.lua
