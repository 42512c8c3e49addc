playbook primitives keyvault.close_network --lib lib
playbook run close.yaml --lib lib --dry-run
playbook run close.yaml --lib lib --approve-all
playbook run close.yaml --lib lib --approve-all
playbook test --lib lib
