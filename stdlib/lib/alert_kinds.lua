-- The alert types that are known, by kind, and how the kind of an alert is told. Codes decide, never names: names are
-- translated and reworded. Codes are compared without case and without the mark of a sample alert, SIMULATED_.
local M = {}

-- kind → rows of {code, severity that the reference gives, title, tactics where they are not the kind's usual ones}
M.kinds = {
    keyvault = {
        {"KV_TORAccess", "Medium", "Access from a TOR exit node to a key vault"},
        {"KV_PutGetAnomaly", "Medium", "Suspicious policy change and secret query in a key vault"},
        {"KV_ListGetAnomaly", "Medium", "Suspicious secret listing and query in a key vault"},
        {"KV_UserAppAnomaly", "Medium", "Unusual user-application pair accessed a key vault"},
        {"KV_AppAnomaly", "Medium", "Unusual application accessed a key vault"},
        {"KV_UserAnomaly", "Medium", "Unusual user accessed a key vault"},
        {"KV_OperationPatternAnomaly", "Medium", "Unusual operation pattern in a key vault"},
        {"KV_OperationVolumeAnomaly", "Medium", "High volume of operations in a key vault"},
        {"KV_AccountVolumeAnomaly", "Medium", "User accessed high volume of key vaults"},
        {"KV_SuspiciousIPAccess", "Medium", "Access from a suspicious IP address to a key vault"},
        {"KV_UnusualAccessSuspiciousIP", "Medium",
            "Unusual access to the key vault from a suspicious IP (Non-Microsoft or external)"},
        {"KV_SuspiciousIPAccessDenied", "Low", "Denied access from a suspicious IP to a key vault"},
        {"KV_UserAccessDeniedAnomaly", "Low", "Unusual access denied - Unusual user accessing key vault denied",
            "InitialAccess, Discovery"},
        {"KV_AccountVolumeAccessDeniedAnomaly", "Low",
            "Unusual access denied - User accessing high volume of key vaults denied", "Discovery"},
    },
    dns = {
        {"AzureDNS_ProtocolAnomaly", nil, "Anomalous network protocol usage"},
        {"AzureDNS_DarkWeb", "Low", "Anonymity network activity"},
        {"AzureDNS_DarkWebProxy", "Low", "Anonymity network activity using web proxy"},
        {"AzureDNS_SinkholedDomain", "Medium", "Attempted communication with suspicious sinkholed domain"},
        {"AzureDNS_PhishingDomain", "Informational", "Communication with possible phishing domain"},
        {"AzureDNS_DomainGenerationAlgorithm", "Informational",
            "Communication with suspicious algorithmically generated domain"},
        {"AzureDNS_RandomizedDomain", "Informational", "Communication with suspicious random domain name"},
        {"AzureDNS_CurrencyMining", "Low", "Digital currency mining activity"},
        {"AzureDNS_SuspiciousDomain", "Medium", "Network intrusion detection signature activation"},
        {"AzureDNS_DataInfiltration", "Low", "Possible data download via DNS tunnel"},
        {"AzureDNS_DataExfiltration", "Low", "Possible data exfiltration via DNS tunnel"},
        {"AzureDNS_DataObfuscation", "Low", "Possible data transfer via DNS tunnel"},
        {"AzureDNS_ThreatIntelSuspectDomain", "Medium",
            "Communication with suspicious domain identified by threat intelligence"},
    },
    ["resource-manager"] = {
        {"ARM_OperationFromSuspiciousIP", "Medium"}, {"ARM_OperationFromSuspiciousProxyIP", "Medium"},
        {"ARM_MicroBurst.AzDomainInfo", "Low"}, {"ARM_MicroBurst.AzureDomainInfo", "Low"},
        {"ARM_MicroBurst.AzVMBulkCMD", "High"}, {"RM_MicroBurst.AzureRmVMBulkCMD", "High"},
        {"ARM_MicroBurst.AzKeyVaultKeysREST", "High"}, {"ARM_MicroBurst.AzKeyVaultSecretsREST", "High"},
        {"ARM_MicroBurst.AZStorageKeysREST", "Low"}, {"ARM_MicroBurst.RunCodeOnBehalf", "High"},
        {"ARM_NetSPI.MaintainPersistence", "High"}, {"ARM_PowerZure.AzureElevatedPrivileges", "High"},
        {"ARM_PowerZure.GetAzureTargets", "High"}, {"ARM_PowerZure.ShowStorageContent", "High"},
        {"ARM_PowerZure.StartRunbook", "High"}, {"ARM_PowerZure.AzureRunbookContent", "High"},
        {"ARM_PowerZure.RunCodeOnBehalf", "High"}, {"ARM_PowerZure.MaintainPersistence", "High"},
        {"ARM_Azurite", "High"}, {"ARM_SuspiciousComputeCreation", "Medium"},
        {"Arm_Suspicious_Vault_Recovering", "Medium"}, {"ARM_UnusedAccountPersistence", "Medium"},
        {"ARM_UnusedAppPowershellPersistence", "Medium"}, {"ARM_UnusedAppIbizaPersistence", "Medium"},
        {"ARM_PrivilegedRoleDefinitionCreation", "Informational"}, {"ARM_AnomalousRBACRoleAssignment", "High"},
        {"ARM_AnomalousClassicRoleAssignment", "High"}, {"ARM_AnomalousElevateAccess", "Medium"},
    },
    ["csp-fraud"] = {
        {"ServiceHealthSecurityAdvisory", "Medium", "Security advisory sent to the customer"},
        {"UsageAnomalyDetection", "Low", "Unusual increase of Azure usage"},
        {"NetworkConnectionsToCryptoMiningPools", "High",
            "Virtual machine connecting to a crypto currency mining pool"},
        {"VirtualMachineDeploymentAnomaly", "Medium", "Unusual number of virtual machines deployed"},
        {"MultiRegionVirtualMachineScaleSetDeploymentAnomaly", "High", "Scale sets deployed in several regions"},
        {"MultiRegionMachineLearningUsageAnomaly", "Medium", "Machine Learning used in several regions"},
    },
    kubernetes = {
        {"K8S_TestAlert", "High", "Microsoft Defender for Cloud test alert for K8S (not a threat)"},
        {"K8S.NODE_EICAR", "High", "Microsoft Defender for Cloud test alert (not a threat)"},
    },
}

for _, tactic in ipairs {"CredentialAccess", "Collection", "DefenseEvasion", "Execution", "Impact", "InitialAccess",
    "LateralMovement", "Persistence", "PrivilegeEscalation"} do
    table.insert(M.kinds["resource-manager"], {"ARM_AnomalousOperation." .. tactic, "Medium"})
    table.insert(M.kinds["resource-manager"], {"ARM_AnomalousServiceOperation." .. tactic, "Medium"})
end

local prefixes = {
    {"kv_", "keyvault"}, {"azuredns_", "dns"}, {"arm_", "resource-manager"}, {"rm_microburst", "resource-manager"},
    {"k8s", "kubernetes"},
}

-- The component (or Graph's detection source, without "microsoftDefenderFor") that raised the alert.
local components = {
    keyvault = "keyvault", dns = "dns", resourcemanager = "resource-manager", containers = "kubernetes",
    kubernetesservice = "kubernetes",
}

local by_code, by_title = {}, {}
for kind, rows in pairs(M.kinds) do
    for _, row in ipairs(rows) do
        by_code[row[1]:lower()] = {kind = kind, severity = row[2], title = row[3], code = row[1],
            tactics = row[4]}
        if row[3] then by_title[row[3]:lower()] = kind end
    end
end

-- The code without the mark of a sample alert, in lower case.
function M.plain(code)
    local low = code:lower()
    if low:sub(1, 10) == "simulated_" then return low:sub(11) end
    return low
end

-- {kind, severity, title, code, tactics} of a code that the reference has, else nil.
function M.find(code)
    return code and by_code[M.plain(code)] or nil
end

-- The kind of an alert and whether its code is a known one of that kind. A code that nobody knows still belongs to
-- a family, by its prefix or by the component that raised it; the title (an exact one) speaks only where no code does.
function M.of(code, component, title)
    local known = M.find(code)
    if known then return known.kind, true end
    if code then
        local low = M.plain(code)
        for _, row in ipairs(prefixes) do
            if low:sub(1, #row[1]) == row[1] then return row[2], false end
        end
    end
    if component then
        local low = component:lower()
        if low:sub(1, 20) == "microsoftdefenderfor" then low = low:sub(21) end
        if components[low] then return components[low], false end
    end
    if not code and title and by_title[title:lower()] then return by_title[title:lower()], true end
    return nil, false
end

return M
