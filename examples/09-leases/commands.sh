vault=/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-contoso-prod
playbook run close-for-an-hour.yaml --param "vault=$vault" --approve-all --unattended 2>/dev/null |
    sed 's/until 20.*Z;/until TIME;/; s/until 20[^;]*$/until TIME/'
playbook resume --due
playbook extend last firewall --by 4h | sed 's/20[0-9-]*T[0-9:.]*Z-[a-z0-9]*/RUN/; s/20[0-9-]*T[0-9:.]*Z/TIME/'
