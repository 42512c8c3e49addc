# What each answer leads to, where a service takes its time to say what it is that would be deleted: in one branch that it
# is under way is no answer for another.
cat >"$work/clean.yaml" <<'Y'
playbook: clean
version: 1.0.0
steps:
  - id: whose
    ask: Delete it?
    choices: [keep, delete]
  - id: why
    ask: Was it meant?
    choices: [meant, unknown]
  - id: delete
    when: whose.answer == 'delete'
    do: resource.delete
    with: {resource: /subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-tmp-9f2/providers/Microsoft.Compute/virtualMachines/vm-9f2-0}
Y
timeout 60 "$program" run "$work/clean.yaml" --dry-run --explore --json 2>/dev/null |
    jq -c '.leaves[] | [.answers, .also, [.effects[] | [.primitive, .status]]]'
