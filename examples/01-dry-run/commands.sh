playbook run keyvault-alert --dry-run 2>/dev/null
playbook lab digest
