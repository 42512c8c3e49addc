# A playbook of one's own: from nothing, and from another; what is there is left alone.
cd "$work" || exit 1
umask 022
t new my-own
stat -c '%a %n' my-own.*
t check my-own.yaml
t check my-own
t run my-own.yaml --dry-run
t new my-own
t new DNS_alert
t new guests --from keyvault-enable@1.0.0 --json
head -4 guests.yaml
t check guests.yaml
t new audit --from csp-activity-log
t new again --from keyvault-enabel
printf '{playbook: "page", version: 1.0.0, steps: [{end: x}]}' >odd.yaml
t new even --from odd.yaml
cat even.yaml
