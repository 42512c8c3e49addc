-- The words of alerts: the types that are known, by kind, and what else tells the kind of an alert and whether it is a
-- test; the fixed words of resource ids. Reading an alert uses these as data (interp/intake). Codes decide, never
-- names: names are translated and reworded. Nothing is compared with case.
local M = {}

-- kind → rows of {code, severity that the reference gives or "", title, tactics where they are not the kind's usual ones}
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
        {"AzureDNS_ProtocolAnomaly", "", "Anomalous network protocol usage"},
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

-- A code that nobody knows still belongs to a family, by its prefix, or by the component (or Graph's detection source)
-- that raised the alert, or by the kind of the attacked resource.
M.prefixes = {kv_ = "keyvault", azuredns_ = "dns", arm_ = "resource-manager", rm_microburst = "resource-manager",
    k8s = "kubernetes"}
M.components = {keyvault = "keyvault", dns = "dns", resourcemanager = "resource-manager", containers = "kubernetes",
    kubernetesservice = "kubernetes", ["kubernetes service"] = "kubernetes"}
for _, name in ipairs {"KeyVault", "DNS", "ResourceManager", "Containers"} do
    M.components["microsoftdefenderfor" .. name:lower()] = M.components[name:lower()]
end

-- Made for a test, and no threat: the portal's samples have a mark in front of the code.
M.sample = "SIMULATED_"
M.tests = {codes = {"SIMULATED_*", "*EICAR"}, titles = {"[SAMPLE ALERT]*", "*(not a threat)*"},
    workloads = {"*asc?alerttest?662jfi039n*"}}

-- The fixed words of a resource id, as Azure writes them; some services send them in upper or lower case.
M.words = {"subscriptions", "resourceGroups", "providers", "Microsoft.KeyVault", "vaults", "managedHSMs",
    "Microsoft.Compute", "virtualMachines", "virtualMachineScaleSets", "Microsoft.Automation", "automationAccounts",
    "Microsoft.ContainerService", "managedClusters", "Microsoft.Storage", "storageAccounts"}

-- What the address of an object of a vault says it is.
M.objects = {secrets = "secret", keys = "key", certificates = "certificate"}

-- {kind, severity, title, code, tactics} of a code that the reference has, else nil.
function M.find(code)
    local low = (code or ""):lower()
    if low:sub(1, 10) == "simulated_" then low = low:sub(11) end
    for kind, rows in pairs(M.kinds) do
        for _, row in ipairs(rows) do
            if row[1]:lower() == low then
                return {kind = kind, severity = row[2] ~= "" and row[2] or nil, title = row[3], code = row[1],
                    tactics = row[4]}
            end
        end
    end
    return nil
end

return M
