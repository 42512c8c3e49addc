playbook check strangers.yaml
playbook run strangers.yaml --dry-run
