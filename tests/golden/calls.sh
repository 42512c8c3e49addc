# Calls: names of its own, what a called playbook returns, `end` in it, in a loop, skipped, waiting and gone on with,
# and what check says of calls that are wrong.
mkdir -p "$work/lib/playbooks/procedures"
cat >"$work/lib/playbooks/procedures/house.yaml" <<'YAML'
procedure: house
version: 1.0.0
title: House rules
source:
  - {id: page, title: Page}
clauses:
  - {id: HOUSE-1, text: {en: Ask the owner., fr: Demander au propriétaire.}, source: page, who: D}
YAML
cat >"$work/lib/playbooks/greet.yaml" <<'YAML'
playbook: greet
version: 1.2.0
procedure: house
params:
  who: {type: string, help: Whom to greet}
  polite: {type: bool, default: true, help: Say please}
returns:
  words: "${facts.words}"
  again: "${params.who}"
steps:
  - id: facts
    let: {words: "${params.polite and 'dear ' or ''}${params.who}"}
  - when: params.who == 'nobody'
    end: Nobody is greeted
  - id: sure
    ask: Is ${facts.words} at home?
    choices: [here, away]
    otherwise: away
    clause: HOUSE-1
YAML
cat >"$work/house.yaml" <<'YAML'
playbook: house
version: 1.0.0
steps:
  - id: facts
    let: {guests: [ann, nobody], unused: 1}
  - id: one
    call: greet
    with: {who: bob, polite: false}
  - id: each
    for_each: facts.guests
    as: guest
    call: greet
    with: {who: "${guest}"}
  - id: never
    when: facts.unused > 1
    call: greet
    with: {who: eve}
  - id: got
    let: {it: "${one.words}, ${each[1].words}, ${each[2].words or 'none'} (${each[2].status}), ${never.words or 'none'}"}
  - end: "Got ${got.it}"
YAML
cat >"$work/wrong.yaml" <<'YAML'
playbook: wrong
version: 1.0.0
steps:
  - id: a
    call: gret
  - id: b
    call: greet
    with: {whom: ann, polite: 3}
  - id: c
    call: greet
    with: {who: ann}
  - end: "${c.word} ${sure.answer}"
YAML
cat >"$work/lib/playbooks/round.yaml" <<'YAML'
playbook: round
version: 1.0.0
steps:
  - call: about
YAML
cat >"$work/lib/playbooks/about.yaml" <<'YAML'
playbook: about
version: 1.0.0
steps:
  - call: round
YAML
# What an attacker may have written, through a called playbook and back.
cat >"$work/lib/playbooks/look.yaml" <<'YAML'
playbook: look
version: 1.0.0
alerts: [KV_*]
params:
  vault: string
  note: string?
returns:
  words: "${text.split(alert.title or '', ' ')}"
  note: "${params.note}"
  place: "${alert.resource.id}"
steps:
  - id: named
    let: {vault: "${params.vault}"}
  - do: keyvault.get_vault
    with: {vault: "${named.vault}"}
YAML
cat >"$work/tainted.yaml" <<'YAML'
playbook: tainted
version: 1.0.0
alerts: [KV_*]
steps:
  - id: well
    call: look
    with: {vault: "${alert.resource.id}", note: "${alert.description}"}
  - id: ill
    call: look
    with: {vault: "${alert.title}"}
  - do: keyvault.get_vault
    with: {vault: "${well.words[1]}"}
  - do: keyvault.get_vault
    with: {vault: "${well.note}"}
  - do: keyvault.get_vault
    with: {vault: "${well.place}"}
YAML

# The same in the parts of what is given.
for name in quiet parts; do
    cat >"$work/lib/playbooks/$name.yaml" <<'YAML'
version: 1.0.0
alerts: [KV_*]
params:
  one: {type: record, fields: {vault: id, label: string}}
  list: {type: list, of: {type: record, fields: {label: string, about: string}}, default: []}
  map: {type: map, of: string, default: {}}
  open: {type: record, default: {}}
YAML
    echo "playbook: $name" >>"$work/lib/playbooks/$name.yaml"
done
cat >>"$work/lib/playbooks/quiet.yaml" <<'YAML'
steps:
  - end: "${params.one.label} ${params.list[1].label or ''} ${params.map.x or ''} ${params.open.x or ''}"
YAML
cat >>"$work/lib/playbooks/parts.yaml" <<'YAML'
steps:
  - do: keyvault.get_vault
    with: {vault: "${params.one.vault}"}
  - do: keyvault.get_vault
    with: {vault: "${params.one.label}"}
  - for_each: params.list
    as: item
    do: keyvault.get_vault
    with: {vault: "${item.label}"}
  - do: keyvault.get_vault
    with: {vault: "${params.map.x}"}
  - do: keyvault.get_vault
    with: {vault: "${params.open.x}"}
  - do: keyvault.get_vault
    with: {vault: "${params.open.x.y.resource.id}"}
  - do: keyvault.get_vault
    with: {vault: "${params.open.x.y.title}"}
YAML
cat >"$work/in_parts.yaml" <<'YAML'
playbook: in-parts
version: 1.0.0
alerts: [KV_*]
steps:
  - call: quiet
    with: {one: {vault: "${alert.resource.id}", label: "${alert.title}"}}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: "${alert.title}"}}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: a}, list: [{label: a, about: b}, {label: "${alert.title}", about: c}]}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: a}, map: {x: a, y: "${alert.title}"}}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: a}, open: {x: "About ${alert.title}"}}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: "${alert.id}"}, list: [{label: a, about: "${alert.title}"}]}
  - call: parts
    with: {one: {vault: "${alert.resource.id}", label: a}, open: {x: {y: "${alert}"}}}
YAML

# Each calls the next one twenty times: what is in one is looked at once, not 20^7 times.
for level in 1 2 3 4 5 6 7 8; do
    printf 'playbook: level%d\nversion: 1.0.0\nalerts: [KV_*]\nsteps:\n' "$level"
    for call in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
        test "$level" = 8 && echo "  - {id: c$call, let: {words: \"\${alert.title}\"}}" ||
            echo "  - {id: c$call, call: level$((level + 1))}"
    done
    echo 'returns: {words: "${c9.words}"}'
done | awk -v folder="$work/lib/playbooks" '/^playbook:/ { file = folder "/" $2 ".yaml" } { print >file }'
steps() { grep -o '"path":"[^"]*","kind":"[a-z]*","status":"[a-z]*","reason":[^,]*' || grep -o '"message":"[^"]*"'; }
t --lib "$work/lib" check "$work/house.yaml" greet
t --lib "$work/lib" check "$work/wrong.yaml"
t --lib "$work/lib" check round
t --lib "$work/lib/playbooks" check round
t --lib "$work/lib" check "$work/tainted.yaml"
t --lib "$work/lib" check "$work/in_parts.yaml"
t --lib "$work/lib" check level1
t --lib "$work/lib" show level1 --json | grep -o '"clauses":\[[^]]*\],"steps":.\{40\}' | sed -n 1p
t --lib "$work/lib" run level1 --dry-run --unattended --answer nobody=here
t --lib "$work/lib" --lang fr show "$work/house.yaml"
t --lib "$work/lib" run "$work/house.yaml" --dry-run --unattended --json | steps
t --lib "$work/lib" run "$work/house.yaml"
t --lib "$work/lib" answer last one/sure=here
t --lib "$work/lib" answer last 'each[0]/sure=away' --lang fr
t --lib "$work/lib" run "$work/house.yaml" --dry-run --unattended --answer 'each[ann]/sure=here' --json |
    grep -o '"message":"nobody.*"hint":"[^"]*"'
t --lib "$work/lib" run "$work/house.yaml" --audit --unattended --json | steps
t audit verify | sed -n 1p
