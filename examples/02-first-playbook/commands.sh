playbook check typo.yaml
playbook check first.yaml
playbook run first.yaml --dry-run
