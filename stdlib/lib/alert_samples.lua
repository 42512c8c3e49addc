-- Records for `playbook alert sample`: one for each type of alert that has a procedure here, in the estate that the lab
-- starts with. Id, start and end are added by whoever asks; `lasts` says how many seconds lie between the two. The lab
-- holds an alert of each type about the same: `stored` is its name, for shapes that tell no more than that.
local kinds = use "alert_kinds"

local tenant = "0849def1-eeeb-4630-87f6-a6db8ff871a1"
local subscriptions = {prod = "4c37d899-9818-4152-8233-89cea195dbe7", hr = "fab42902-0eef-4a4c-9642-6d3213a4a46e",
    dev = "4bdad6d8-0ca1-4008-be5f-f128e988c706"}
local vaults = {
    ["kv-contoso-prod"] = {"prod", "rg-contoso-prod"}, ["kv-contoso-pay"] = {"prod", "rg-payments"},
    ["kv-contoso-hr"] = {"hr", "rg-hr-data"}, ["kv-contoso-dev"] = {"dev", "rg-dev"},
}
local cli, payroll = "1225d047-9fd2-41da-96fc-b065a8d464c8", "f88740c2-5029-4a14-a205-ca0608933eaa"
local people = {
    dana = {name = "dana.levy@contoso.com", object_id = "5e7bd3ff-454a-48f0-b08f-e04be3fb3f54"},
    marco = {name = "marco.rossi@contoso.com", object_id = "baf0a4cc-51ff-4da8-a55c-00aece3ee424"},
    amelie = {name = "amelie.dubois@contoso.com", object_id = "49e95443-4296-489d-9c36-e77640dcfb8b"},
    kenji = {name = "kenji.sato@contoso.com", object_id = "8922a246-11dc-4838-b444-ccf303ed1eae"},
    admin = {name = "svc-admin-old@contoso.com", object_id = "b10511cc-6b6c-47e9-bbe3-392f60d1796d"},
    guest = {name = "ext_partner_fabrikam.com#EXT#@contoso.onmicrosoft.com",
        object_id = "318f20e4-c050-4c96-8d97-83ee664d5171"},
    pipeline = {object_id = "c973880e-7d5b-4a49-b64c-d6aa8b6271db", app_id = "d06da648-8d65-41f7-af14-4121b3464643"},
    payroll = {object_id = "87d36960-f687-470c-95f4-8d5c2cad9591", app_id = payroll},
    shop = {object_id = "305108e0-5b14-4ad8-930d-3fb3158bd805", app_id = "35989c2a-24e3-4971-aa41-178915295b61"},
    backup = {object_id = "ba31ef8f-3012-417e-95f6-73b178bdebdd", app_id = "bbda8491-c363-45b5-94e6-58b8e88ac7e9"},
}

-- {type, vaults, who, application, addresses, what was touched in the first vault, seconds, description}
local rows = {
    {"KV_TORAccess", {"kv-contoso-prod"}, "dana", cli, {"203.0.113.66"}, {"secrets/sql-prod-connection"}, 96,
        "The key vault was reached from an address known as a TOR exit node."},
    {"KV_PutGetAnomaly", {"kv-contoso-pay"}, "marco", cli, {"198.51.100.23"}, {"secrets/card-processor-api-key"}, 412,
        "The access policy was changed and secrets were then read by the same user."},
    {"KV_ListGetAnomaly", {"kv-contoso-prod"}, "dana", cli, {"203.0.113.77"}, {"secrets/sql-prod-connection",
        "secrets/storage-sas-prod", "secrets/smtp-relay-password", "secrets/jwt-signing-secret", "keys/invoice-signing",
        "certificates/wildcard-contoso-com"}, 40, "Secrets were listed and then fetched one after another."},
    {"KV_UserAppAnomaly", {"kv-contoso-hr"}, "amelie", payroll, {"192.0.2.40"}, {"secrets/payroll-db"}, 18,
        "A user and an application that are not usually seen together reached the vault."},
    {"KV_AppAnomaly", {"kv-contoso-prod"}, "pipeline", nil, {"192.0.2.61"}, {"secrets/acr-pull-token"}, 7,
        "A service principal that does not usually use the vault reached it."},
    {"KV_UserAnomaly", {"kv-contoso-prod"}, "kenji", cli, {"192.0.2.88"}, {"secrets/feature-flags"}, 55,
        "A user who does not usually use the vault reached it."},
    {"KV_OperationPatternAnomaly", {"kv-contoso-pay"}, "payroll", nil, {"192.0.2.61", "198.51.100.140"},
        {"keys/payment-signing"}, 3540, "The set of operations differs from the vault's history."},
    {"KV_OperationVolumeAnomaly", {"kv-contoso-dev"}, "backup", nil, {"192.0.2.17"}, {}, 3599,
        "Far more operations than usual were made."},
    {"KV_AccountVolumeAnomaly", {"kv-contoso-prod", "kv-contoso-pay", "kv-contoso-hr", "kv-contoso-dev"}, "admin", cli,
        {"203.0.113.9"}, {}, 1980, "A user reached far more key vaults than usual."},
    {"KV_SuspiciousIPAccess", {"kv-contoso-pay"}, "marco", nil, {"198.51.100.201"},
        {"secrets/card-processor-api-key"}, 4,
        "The vault was reached from an address that threat intelligence marks as suspicious."},
    {"KV_UnusualAccessSuspiciousIP", {"kv-contoso-prod"}, "shop", nil, {"198.51.100.201"},
        {"secrets/search-api-key"}, 30,
        "The vault was reached in an unusual way from a suspicious address outside Microsoft."},
    {"KV_SuspiciousIPAccessDenied", {"kv-contoso-prod"}, "marco", cli, {"203.0.113.202"},
        {"secrets/sql-prod-connection"}, 4,
        "An address marked as suspicious tried to reach the vault and was refused."},
    {"KV_UserAccessDeniedAnomaly", {"kv-contoso-hr"}, "guest", nil, {"203.0.113.150"}, {"secrets/payroll-db"}, 20,
        "A user who does not usually use the vault tried to and was refused."},
    {"KV_AccountVolumeAccessDeniedAnomaly", {"kv-contoso-pay", "kv-contoso-prod"}, "guest", cli,
        {"203.0.113.201"}, {}, 600, "A user tried to reach far more key vaults than usual and was refused."},
}

-- What the lab calls its alerts of these types.
local stored = {
    ["ARM_OperationFromSuspiciousIP"] = "2516000000000000500_67f0c95f-1436-473e-8c32-7ebebb86324d",
    ["ARM_MicroBurst.RunCodeOnBehalf"] = "2516000000000000510_d8e4cfa5-6946-4884-bd7c-7adc6d65c889",
    Arm_Suspicious_Vault_Recovering = "2516000000000000520_f4919093-409a-4daa-b255-dbcc43d6d094",
    AzureDNS_CurrencyMining = "2516000000000000400_85b662c1-2460-419d-87ec-de5101fc13b3",
    AzureDNS_DataExfiltration = "2516000000000000410_09fecdbb-bbd4-486d-9ab9-2d65d8c12803",
    KV_TORAccess = "2516000000000000320_1c5c4ec1-de4a-4f2b-90aa-ddc522eb5982",
    KV_PutGetAnomaly = "2516000000000000270_f412e1c9-a490-4dd4-8f52-ba4cb448966e",
    KV_ListGetAnomaly = "2516000000000000100_60e46d37-d428-4917-bb1b-e92c0b1542db",
    KV_UserAppAnomaly = "2516000000000000300_82884527-a87b-40e1-bff6-5423f0c7bea4",
    KV_AppAnomaly = "2516000000000000280_59d109a7-5f8d-4d01-ac6a-90d7391369dc",
    KV_UserAnomaly = "2516000000000000290_b6d9f221-c186-456f-9202-667bc99ebcde",
    KV_OperationPatternAnomaly = "2516000000000000260_79dbc9f5-77e0-4b8a-ab88-f7fdbc694b62",
    KV_OperationVolumeAnomaly = "2516000000000000310_cef4846e-2b32-433b-a11b-39cd887746a8",
    KV_AccountVolumeAnomaly = "2516000000000000230_828ae651-3bec-4190-9502-ec180abdfb83",
    KV_SuspiciousIPAccess = "2516000000000000240_b65869e8-5b71-40c9-bbae-e1d78d81cd5f",
    KV_UnusualAccessSuspiciousIP = "2516000000000000250_53f12655-b0f5-4c6b-949b-c834d9192625",
    KV_SuspiciousIPAccessDenied = "2516000000000000220_964e8a6b-5d9d-45ec-9ac6-0b64d8c54b24",
    KV_UserAccessDeniedAnomaly = "2516000000000000200_28adfbd0-d6ad-4c7e-9e3a-8a99f9e2f460",
    KV_AccountVolumeAccessDeniedAnomaly = "2516000000000000210_9997ea8c-1190-44b8-9a88-a3d0fa1148c1",
    SIMULATED_KV_TORAccess = "2516000000000000010_1c5c4ec1-de4a-4f2b-90aa-ddc522eb5982",
}

local function vault_id(name)
    local place = vaults[name]
    return "/subscriptions/" .. subscriptions[place[1]] .. "/resourceGroups/" .. place[2]
        .. "/providers/Microsoft.KeyVault/vaults/" .. name
end

local words = {secrets = "secret", keys = "key", certificates = "certificate"}

local function vault_alert(row)
    local known, main = kinds.find(row[1]), row[2][1]
    local place = vaults[main]
    local resources, seen, ids, targets = {}, {}, {}, {}
    for _, name in ipairs(row[2]) do
        table.insert(resources, vault_id(name))
        local subscription = subscriptions[vaults[name][1]]
        if not seen[subscription] then table.insert(ids, subscription) end
        seen[subscription] = true
    end
    for _, object in ipairs(row[6]) do
        local parts = text.split(object, "/")
        table.insert(targets, map {kind = words[parts[1]], name = parts[2],
            id = "https://" .. main .. ".vault.azure.net/" .. object})
    end
    local who = people[row[3]]
    local actor = map {name = who.name, object_id = who.object_id, app_id = row[4] or who.app_id,
        kind = who.name and "user"}
    return map {
        kind = "keyvault", type = row[1], title = known.title, description = row[8], severity = known.severity,
        simulated = false, lasts = row[7], tenant = tenant, tenants = list {tenant},
        subscription = subscriptions[place[1]], subscriptions = list(ids), partner = map {}, customer = map {},
        resource = map {id = vault_id(main), type = "Microsoft.KeyVault/vaults", name = main, group = place[2],
            subscription = subscriptions[place[1]]},
        resources = list(resources), actor = actor, actors = list {actor}, ip = row[5][1], ips = list(row[5]),
        targets = list(targets), hosts = list {}, entities = list {}, stored = stored[row[1]],
        stored_simulated = stored["SIMULATED_" .. row[1]],
    }
end

local partner = {tenant = "13c81823-25cf-4470-86c5-600343cd1e23", name = "Contoso Cloud Partner"}
local customers = {
    coffee = {tenant = "53930895-ff43-4808-a11e-99816b51822a", name = "Fourth Coffee",
        subscription = "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"},
    works = {tenant = "059aea6e-a354-4082-b4b2-e80d82113b79", name = "Adventure Works",
        subscription = "00d91870-eb2b-49c1-b776-92d6553f94c0"},
}
local compute = "/providers/Microsoft.Compute/"

-- {type, customer, group, resources as they end their ids, host, addresses, confidence}
local frauds = {
    {"NetworkConnectionsToCryptoMiningPools", "coffee", "rg-web", {"virtualMachines/vm-fc-web2"}, "vm-fc-web2",
        {"203.0.113.118"}, "high"},
    {"VirtualMachineDeploymentAnomaly", "works", "rg-x1", {"virtualMachines/vm0", "virtualMachines/vm1"}, nil, {},
        "medium"},
    {"MultiRegionVirtualMachineScaleSetDeploymentAnomaly", "works", "rg-x2", {"virtualMachineScaleSets/ss-1"}, nil, {},
        "high"},
    {"MultiRegionMachineLearningUsageAnomaly", "works", nil, {}, nil, {}, "medium"},
    {"UsageAnomalyDetection", "coffee", nil, {}, nil, {}, "low"},
    {"ServiceHealthSecurityAdvisory", "coffee", nil, {}, nil, {}, "high"},
}

local function fraud_alert(row)
    local known, customer, resources = kinds.find(row[1]), customers[row[2]], {}
    for _, rest in ipairs(row[4]) do
        table.insert(resources, "/subscriptions/" .. customer.subscription .. "/resourceGroups/" .. row[3] .. compute
            .. rest)
    end
    local parts = text.split(row[4][1] or "/", "/")
    return map {
        kind = "csp-fraud", type = row[1], title = known.title, severity = known.severity, confidence = row[7],
        description = known.title .. ".", simulated = false, lasts = 8290, tenant = customer.tenant,
        tenants = list {customer.tenant, partner.tenant}, subscription = customer.subscription,
        subscriptions = list {customer.subscription}, partner = map(partner),
        customer = map {tenant = customer.tenant, name = customer.name},
        resource = resources[1] and map {id = resources[1], type = "Microsoft.Compute/" .. parts[1], name = parts[2],
            group = row[3], subscription = customer.subscription} or map {},
        resources = list(resources), actor = map {}, actors = list {}, ip = row[6][1], ips = list(row[6]),
        targets = list {}, hosts = list {row[5]}, entities = list {},
    }
end

-- Resources that alerts about machines, subscriptions and the rest speak of: {subscription, group, type, name}
local places = {
    subscription = {"prod"},
    machine = {"prod", "rg-batch", "Microsoft.Compute/virtualMachines", "vm-batch-07"},
    automation = {"prod", "rg-automation", "Microsoft.Automation/automationAccounts", "aa-contoso-ops"},
    vault = {"prod", "rg-contoso-prod", "Microsoft.KeyVault/vaults", "kv-contoso-arch"},
    storage = {"prod", "rg-tmp-9f2", "Microsoft.Storage/storageAccounts", "st9f2out"},
    cluster = {"dev", "rg-dev", "Microsoft.ContainerService/managedClusters", "aks-contoso-dev"},
}

local function resource_of(place)
    local subscription = subscriptions[place[1]]
    local scope = "/subscriptions/" .. subscription
    if not place[2] then
        return map {id = scope, type = "Microsoft.Resources/subscriptions", name = subscription,
            subscription = subscription}
    end
    return map {id = scope .. "/resourceGroups/" .. place[2] .. "/providers/" .. place[3] .. "/" .. place[4],
        type = place[3], name = place[4], group = place[2], subscription = subscription}
end

-- An alert about one resource. `more` has what is not the same for all: title, description, actor, ips, targets, hosts.
local function alert_about(kind, code, place, more)
    local known, resource = kinds.find(code), resource_of(places[place])
    local actor = more.actor and map {name = more.actor.name, object_id = more.actor.object_id,
        app_id = more.actor.app_id, kind = more.actor.name and "user"}
    local ips = more.ips or {}
    return map {
        kind = kind, type = code, title = more.title or known.title, description = more.description,
        severity = known.severity, simulated = more.simulated == true, lasts = 300, tenant = tenant,
        tenants = list {tenant}, subscription = resource.subscription, subscriptions = list {resource.subscription},
        partner = map {}, customer = map {}, resource = resource, resources = list {resource.id},
        actor = actor or map {}, actors = list {actor}, ip = ips[1], ips = list(ips), targets = list(more.targets or {}),
        hosts = list(more.hosts or {}), entities = list {}, stored = stored[code],
    }
end

-- The machine asks for a name; where the kind says that it reached something, an address stands behind the name.
local names = {AzureDNS_CurrencyMining = "pool.minexmr.example", AzureDNS_SinkholedDomain = "sinkhole.example",
    AzureDNS_PhishingDomain = "login-contoso.example", AzureDNS_DarkWeb = "abcdefgh.onion.example"}

local function dns_alert(code)
    local name = names[code] or "q7x1.tunnel.example"
    return alert_about("dns", code, "machine", {
        description = "The machine asked for a name that is unusual for it.", hosts = {"vm-batch-07"},
        targets = {map {kind = "domain", name = name, id = name}},
        ips = text.contains(code, "Tunnel") and {} or {"203.0.113.118"},
    })
end

-- code → {what it tells, what it is about}; the suspect is a user, or an application where the code says Service.
local operations = {
    ["ARM_OperationFromSuspiciousIP"] = {"Operation from a suspicious address", "subscription"},
    ["ARM_OperationFromSuspiciousProxyIP"] = {"Operation from a proxy such as TOR", "subscription"},
    ["ARM_MicroBurst.AzDomainInfo"] = {"MicroBurst: resources listed", "subscription"},
    ["ARM_MicroBurst.AzureDomainInfo"] = {"MicroBurst: resources listed", "subscription"},
    ["ARM_MicroBurst.AzVMBulkCMD"] = {"MicroBurst: code run on machines", "machine"},
    ["RM_MicroBurst.AzureRmVMBulkCMD"] = {"MicroBurst: code run on machines", "machine"},
    ["ARM_MicroBurst.AzKeyVaultKeysREST"] = {"MicroBurst: keys taken from vaults", "vault"},
    ["ARM_MicroBurst.AzKeyVaultSecretsREST"] = {"MicroBurst: secrets taken from vaults", "vault"},
    ["ARM_MicroBurst.AZStorageKeysREST"] = {"MicroBurst: storage keys taken", "storage"},
    ["ARM_MicroBurst.RunCodeOnBehalf"] = {"MicroBurst: code or credentials of Automation", "automation"},
    ["ARM_NetSPI.MaintainPersistence"] = {"A webhook as a back door", "automation"},
    ["ARM_PowerZure.AzureElevatedPrivileges"] = {"PowerZure: elevated from Entra to Azure", "subscription"},
    ["ARM_PowerZure.GetAzureTargets"] = {"PowerZure: resources listed", "subscription"},
    ["ARM_PowerZure.ShowStorageContent"] = {"PowerZure: storage listed", "storage"},
    ["ARM_PowerZure.StartRunbook"] = {"PowerZure: a runbook run", "automation"},
    ["ARM_PowerZure.AzureRunbookContent"] = {"PowerZure: runbooks read", "automation"},
    ["ARM_PowerZure.RunCodeOnBehalf"] = {"PowerZure: code or credentials of Automation", "automation"},
    ["ARM_PowerZure.MaintainPersistence"] = {"PowerZure: a webhook as a back door", "automation"},
    ["ARM_SuspiciousComputeCreation"] = {"Unusual creation of compute", "machine"},
    ["Arm_Suspicious_Vault_Recovering"] = {"A deleted vault recovered by another user", "vault"},
    ["ARM_AnomalousOperation.Execution"] = {"Unusual operation of high risk", "machine"},
    ["ARM_AnomalousServiceOperation.Execution"] = {"Unusual operation of high risk", "machine"},
}

local function operation_alert(code)
    local it = operations[code] or {"Unusual activity in the subscription", "subscription"}
    local service = text.contains(code, "ServiceOperation")
    return alert_about("resource-manager", code, it[2], {
        title = it[1], description = it[1] .. ".", actor = service and people.pipeline or people.admin,
        ips = {"203.0.113.9"}, hosts = it[2] == "machine" and {"vm-batch-07"} or {},
    })
end

local samples = {}
for _, row in ipairs(kinds.kinds.kubernetes) do
    table.insert(samples, alert_about("kubernetes", row[1], "cluster", {simulated = true,
        description = "Made to see whether alerts arrive."}))
end
for _, row in ipairs(kinds.kinds["resource-manager"]) do table.insert(samples, operation_alert(row[1])) end
for _, row in ipairs(kinds.kinds.dns) do table.insert(samples, dns_alert(row[1])) end
for _, row in ipairs(rows) do table.insert(samples, vault_alert(row)) end
for _, row in ipairs(frauds) do table.insert(samples, fraud_alert(row)) end
return list(samples)
