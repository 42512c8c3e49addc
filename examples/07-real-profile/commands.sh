export PLAYBOOK_SECRET=something
playbook doctor --profile contoso-prod.yaml | sed -n '/profile/,/protected/p'
playbook run keyvault-alert --profile contoso-prod.yaml --dry-run
