playbook webhook verify request.http --certificate dispatch.pem --root root.pem --organization "Contoso Test Org"
playbook run csp-fraud-alert --dry-run
playbook run csp-fraud-alert --answer finding=fraud --answer suspend=resources --unattended --approve-all
