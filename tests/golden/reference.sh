# What there is: playbooks, primitives; and what there is not.
t list
t list --json
t show keyvault-alret
t show keyvault-alert@9.9.9
printf 'playbook: broken\nversion: 1.0.0\ntitle: A broken one\nsteps:\n  - id: a\n    dp: keyvault.get_vault\n' >"$work/broken.yaml"
t show "$work/broken.yaml"
t --json show "$work/broken.yaml"
t primitives keyvault.set_firewal
t primitives alert.fetch
t primitives quota
mkdir -p "$work/lib/playbooks"
t list --profile nowhere --lib "$work/lib"
t list --lib /nowhere/lib
