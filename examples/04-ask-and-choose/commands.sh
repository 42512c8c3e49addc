playbook run ask.yaml
playbook run ask.yaml --dry-run --answer known=no
playbook run ask.yaml --dry-run --explore 2>/dev/null
playbook run ask.yaml --answer known=no --approve-all
