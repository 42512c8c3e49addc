export PLAYBOOK_SECRET=something
playbook doctor --offline --profile contoso-prod.yaml | sed -n '/profile/,/protected/p'
playbook run keyvault-alert --profile contoso-prod.yaml --dry-run
