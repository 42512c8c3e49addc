playbook test firewall.test.yaml
playbook diff firewall-1.0.0.yaml firewall.yaml
