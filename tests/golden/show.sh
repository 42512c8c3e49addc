# A playbook as it is shown before anybody runs it: parameters, the clauses of its procedure with those that it leaves out, and
# steps of every kind, in words and as JSON.
cd "$work" || exit 1
cat >guessed.yaml <<'END'
playbook: guessed
version: 1.0.0
title: Written as it is shown
params:
  machines: {type: list of id, help: Whom it is about}
  how: {type: soft | hard, help: How far it goes}
steps:
  - id: a
    let: {x: 1}
    approve: true
  - id: b
    script: return {}
  - id: c
    ask: Whose is it?
    choices: [ours, theirs]
  - id: d
    choose: c.answer
    cases:
      ours: []
      otherwise: []
END
t check guessed.yaml
cat >all.yaml <<'END'
playbook: all
version: 2.1.0
title: One step of every kind
procedure: dns
alerts: [dns, AzureDNS_*]
params:
  machines: {type: list, of: id, help: Whom it is about}
  how: {type: enum, values: [soft, hard], default: soft, help: How far it goes}
  ends: {type: time, optional: true, help: "When it is over; \e[31m is only text"}
steps:
  - id: whose
    ask: Whose machine is it?
    choices: [ours, theirs]
    otherwise: theirs
    clause: DNS-CONTACT-1
  - id: judged
    choose: whose.answer
    cases:
      ours:
        - id: tell
          task: Tell its owner
          clause: DNS-CONTACT-2
    otherwise:
      - id: each
        for_each: params.machines
        as: one
        steps:
          - id: machine
            do: compute.get_machine
            with: {machine: "${one}"}
          - id: off
            when: params.how == 'hard'
            do: compute.stop_machine
            with: {machine: "${one}"}
  - id: side
    parallel:
      - id: a
        let: {x: 1}
      - id: b
        lua: return { y = 2 }
END
t check all.yaml
t show all.yaml
t show all.yaml --json
t show kubernetes-test-alert --lang fr
t show nothing
