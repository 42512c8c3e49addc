-- Key Vault: what secrets, keys and certificates have in common. Each object has versions; attributes of versions
-- are read from the list of versions, never by reading one version, since reading a version of a secret answers with
-- its value.
local arm = use "arm"
local keyvault = {}

local folders = {secret = "secrets", key = "keys", certificate = "certificates"}

-- Parameters that every primitive of an object has; `more` are its own.
function keyvault.params(more)
    local params = {
        vault = {type = "id", help = "resource id of the vault"},
        uri = {type = "url", optional = true, help = "address of the vault, if it was read already: saves a read"},
        name = {type = "name", help = "name of the object in the vault"},
    }
    for name, param in pairs(more or {}) do params[name] = param end
    return params
end

-- The object as a resource: what effects, approvals and protection call it.
function keyvault.target(kind)
    return function(p)
        return uri("arm:{+vault}/{folder}/{name}", {vault = p.vault, folder = folders[kind], name = p.name})
    end
end

-- The vault's address for objects, with its final slash; nil when there is no such vault.
function keyvault.base(p, read)
    local base = p.uri
    -- What is changed is what the effect and its approval name: the address is the vault's own.
    if base and not text.starts(text.lower(base), "https://" .. text.lower(id.name(p.vault)) .. ".") then
        error("'" .. base .. "' is not the address of " .. p.vault)
    end
    if not base then
        local vault = read:get(arm.vault(p.vault))
        base = vault and vault.properties.vaultUri
    end
    if base and not text.ends(base, "/") then base = base .. "/" end
    return base
end

function keyvault.object(base, kind, name)
    return uri("{+base}{folder}/{name}?api-version=7.4", {base = base, folder = folders[kind], name = name})
end

-- All objects of a kind.
function keyvault.all(base, kind)
    return uri("{+base}{folder}?api-version=7.4", {base = base, folder = folders[kind]})
end

-- A sub-path or an action of an object.
function keyvault.at(base, kind, name, what)
    return uri("{+base}{folder}/{name}/{what}?api-version=7.4",
        {base = base, folder = folders[kind], name = name, what = what})
end

function keyvault.deleted(base, kind, name, action)
    return uri(action and "{+base}deleted{folder}/{name}/{action}?api-version=7.4"
        or "{+base}deleted{folder}/{name}?api-version=7.4",
        {base = base, folder = folders[kind], name = name, action = action})
end

-- "https://kv.vault.azure.net/secrets/name/version" in parts; nil when it is no address of an object.
function keyvault.split(url)
    if not text.starts(url, "https://") then return nil end
    local parts = text.split(string.sub(url, 9), "/")
    for kind, folder in pairs(folders) do
        if parts[2] == folder and parts[3] and parts[3] ~= "" then
            local host = text.lower(text.split(parts[1], ":")[1])
            local version = parts[4] ~= "" and parts[4] or nil
            return {kind = kind, host = host, vault = text.split(host, ".")[1], uri = "https://" .. host .. "/",
                name = parts[3], version = version}
        end
    end
end

-- The versions of an object as {id, version, enabled, created, managed, contentType, tags, recovery}, oldest first;
-- nil when the object is not there. An object that is deleted has no versions.
function keyvault.versions(base, kind, name, read)
    local entries = base and read:list(keyvault.at(base, kind, name, "versions"))
    if not entries or #entries == 0 then return nil end
    local versions = list {}
    for _, entry in ipairs(entries) do
        local id = entry.kid or entry.id
        local attributes = entry.attributes or {}
        table.insert(versions, {
            id = id,
            version = keyvault.split(id).version,
            enabled = attributes.enabled ~= false,
            created = arm.moment(attributes.created),
            recovery = attributes.recoveryLevel,
            managed = entry.managed,
            contentType = entry.contentType,
            tags = entry.tags,
        })
    end
    return list.sort(versions, "created")
end

-- Disabling: the state is which versions are enabled.

keyvault.enabled_state = {object = "string", enabled = {type = "map", of = "bool"}}

keyvault.version_params = {
    version = {type = "version", optional = true, help = "the version to disable; default: every one"},
    made_before = {type = "time", optional = true, help = "leave versions alone that were made later than this"},
}

function keyvault.observe_enabled(kind)
    return function(p, read)
        local base = keyvault.base(p, read)
        local versions = keyvault.versions(base, kind, p.name, read)
        if not versions then return nil end
        local enabled = map {}
        for _, v in ipairs(versions) do
            -- Key and secret of a certificate are managed: they follow the certificate and refuse changes.
            local wanted = not v.managed and (not p.version or text.same(v.version, p.version))
            if wanted and p.made_before and v.created and time.after(v.created, p.made_before) then wanted = false end
            if wanted then enabled[v.version] = v.enabled end
        end
        return {object = uri("{+base}{folder}/{name}", {base = base, folder = folders[kind], name = p.name}),
            enabled = enabled}
    end
end

function keyvault.plan_disabled(_, before)
    if not before then return nil end
    local enabled = map {}
    for version in pairs(before.enabled) do enabled[version] = false end
    return {enabled = enabled}
end

-- Sends each version of the object that is not as wanted.
local function set_enabled(object, from, to, write)
    for version, enabled in pairs(to) do
        if from[version] ~= enabled then
            write:patch(uri("{+object}/{version}?api-version=7.4", {object = object, version = version}),
                {attributes = {enabled = enabled}})
        end
    end
end

function keyvault.apply_enabled(_, before, desired, write)
    set_enabled(before.object, before.enabled, desired.enabled, write)
end

function keyvault.undo_enabled(_, before, after, write)
    if before and after then set_enabled(before.object, after.enabled, before.enabled, write) end
end

-- Deleting and recovering: the state is whether the object is among the living or the deleted.

keyvault.presence_state = {base = "string", recovery = "string?"}

function keyvault.observe_present(kind)
    return function(p, read)
        local base = keyvault.base(p, read)
        local versions = keyvault.versions(base, kind, p.name, read)
        if not versions or versions[#versions].managed then return nil end
        return {base = base, recovery = versions[#versions].recovery}
    end
end

function keyvault.plan_deleted(p, before)
    if before and not text.starts(before.recovery or "", "Recoverable")
        and not text.starts(before.recovery or "", "CustomizedRecoverable") then
        refuse("the vault has no soft delete, so '" .. p.name .. "' could not be recovered")
    end
    return nil
end

function keyvault.apply_deleted(kind)
    return function(p, before, _, write)
        write:delete(keyvault.object(before.base, kind, p.name))
    end
end

-- A deletion takes a while to arrive: until then there is nothing to recover.
local function recover(base, kind, name, write)
    for _ = 1, 30 do
        if write:get(keyvault.deleted(base, kind, name)) then break end
        write:sleep(2000)
    end
    write:post(keyvault.deleted(base, kind, name, "recover"), nil,
        {resource = keyvault.deleted(base, kind, name), becomes = gone})
end

function keyvault.undo_deleted(kind)
    return function(p, before, _, write)
        if before then recover(before.base, kind, p.name, write) end
    end
end

keyvault.recovery_state = {base = "string", deleted = "bool"}

function keyvault.observe_recoverable(kind)
    return function(p, read)
        local base = keyvault.base(p, read)
        if not base then return nil end
        if keyvault.versions(base, kind, p.name, read) then return {base = base, deleted = false} end
        if read:get(keyvault.deleted(base, kind, p.name)) then return {base = base, deleted = true} end
        return nil
    end
end

function keyvault.plan_recovered(p, before)
    if not before then error("'" .. p.name .. "' is neither in the vault nor among its deleted objects") end
    return {deleted = false}
end

function keyvault.apply_recovered(kind)
    return function(p, before, _, write)
        write:post(keyvault.deleted(before.base, kind, p.name, "recover"), nil,
            {resource = keyvault.deleted(before.base, kind, p.name), becomes = gone})
    end
end

function keyvault.undo_recovered(kind)
    return function(p, before, _, write)
        if before.deleted then write:delete(keyvault.object(before.base, kind, p.name)) end
    end
end

-- Rotating: the state is a moment, that of the newest enabled version.

keyvault.rotation_state = {
    base = "string", version = "version?", created = "time?", managed = "bool?", pending = "bool?",
    contentType = "string?", tags = {type = "map", of = "string", optional = true},
}

keyvault.since = {
    type = "time", optional = true,
    help = "renewed when a version is newer than this; default: the end of the alert, else an hour ago",
}

function keyvault.observe_newest(kind)
    return function(p, read)
        local base = keyvault.base(p, read)
        local versions = keyvault.versions(base, kind, p.name, read)
        if not versions then return nil end
        local newest = versions[#versions]
        for _, v in ipairs(versions) do
            if v.enabled then newest = v end
        end
        return {base = base, version = newest.version, created = newest.enabled and newest.created or nil,
            managed = newest.managed, contentType = newest.contentType, tags = newest.tags}
    end
end

function keyvault.plan_renewed(p, before)
    if not before or before.managed then return before end
    if before.created and not time.before(before.created, arm.since(p.since)) then return before end
    return {created = now()}
end

function keyvault.renewed(_, _, after)
    return {version = after and after.version, created = after and after.created}
end

-- Ids of the vaults with these names, by name, in the subscriptions of the profile; names are unique in all of Azure.
function keyvault.find(names, read)
    local requests, found = {}, {}
    if #names == 0 then return found end
    for _, subscription in ipairs(profile "scope") do
        table.insert(requests, {"list",
            uri("arm:/subscriptions/{s}/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01",
                {s = subscription})})
    end
    local answers = read:all(requests)
    for i = 1, #requests do
        for _, vault in ipairs(answers[i] or {}) do
            if list.contains(names, text.lower(vault.name)) then found[text.lower(vault.name)] = vault.id end
        end
    end
    return found
end

-- The vault as a response needs to know it.
function keyvault.describe(vault, assignments, diagnostics, principal)
    local properties = vault.properties
    local acls = properties.networkAcls or {}
    local policies = list {}
    for _, policy in ipairs(properties.accessPolicies or {}) do
        if not principal or text.same(policy.objectId, principal) then table.insert(policies, policy) end
    end
    local roles = list {}
    for _, assignment in ipairs(assignments or {}) do
        local it = assignment.properties
        table.insert(roles, {id = assignment.id, role = it.roleDefinitionId, scope = it.scope,
            inherited = not arm.within(it.scope, vault.id),
            through_group = principal ~= nil and not text.same(it.principalId, principal)})
    end
    local logged = keyvault.logged(diagnostics)
    return {
        id = vault.id, name = vault.name, uri = properties.vaultUri, location = vault.location,
        tenant = properties.tenantId,
        model = properties.enableRbacAuthorization and "rbac" or "policy",
        firewall = {
            on = text.same(acls.defaultAction or "Allow", "Deny"), default_action = acls.defaultAction or "Allow",
            bypass = acls.bypass,
            ip_rules = list.pluck(acls.ipRules or list {}, "value"),
            networks = list.pluck(acls.virtualNetworkRules or list {}, "id"),
        },
        public_access = not text.same(properties.publicNetworkAccess or "Enabled", "Disabled"),
        soft_delete = properties.enableSoftDelete ~= false,
        purge_protection = properties.enablePurgeProtection == true,
        tags = vault.tags or map {}, owner = arm.tag(vault.tags, {"owner", "contact"}),
        policies = policies, assignments = roles, logged = logged,
    }
end

-- Does one of the diagnostic settings send the audit log to a workspace?
function keyvault.logged(settings)
    for _, setting in ipairs(settings or {}) do
        for _, log in ipairs(setting.properties.logs or {}) do
            local what = text.lower(log.category or log.categoryGroup or "")
            if setting.properties.workspaceId and log.enabled
                and (what == "auditevent" or what == "audit" or what == "alllogs") then
                return true
            end
        end
    end
    return false
end

keyvault.vault_fields = {
    id = "id", name = "string", uri = "url", location = "string?", tenant = "guid?",
    model = {type = "enum", values = {"policy", "rbac"}},
    firewall = {type = "record", fields = {
        on = "bool", default_action = "string", bypass = "string?",
        ip_rules = {type = "list", of = "cidr"}, networks = {type = "list", of = "id"},
    }},
    public_access = "bool", soft_delete = "bool", purge_protection = "bool",
    tags = {type = "map", of = "string"}, owner = "string?",
    policies = {type = "list", of = "any"},
    assignments = {type = "list", of = {type = "record", fields = {
        id = "string", role = "string", scope = "string", inherited = "bool", through_group = "bool",
    }}},
    logged = "bool",
}

return keyvault
