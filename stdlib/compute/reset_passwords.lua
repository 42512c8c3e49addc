-- Gives accounts of a virtual machine new passwords, one after the other, by the extension that resets access. The core
-- makes the passwords, and nobody sees them here: `vault` names a key vault into which each is put before it takes
-- effect, as a secret named after machine and account. Without one nobody knows them, and whoever needs an account gives
-- it a password again. Keys by which people sign in without a password, and accounts of a domain, are not touched.
local arm = use "arm"
local machine = use "machine"
local operation = use "arm_operation"

local handlers = {
    linux = {publisher = "Microsoft.OSTCExtensions", type = "VMAccessForLinux", version = "1.5"},
    windows = {publisher = "Microsoft.Compute", type = "VMAccessAgent", version = "2.4"},
}
local most = 20

local function handler_of(os)
    return text.same(os, "Windows") and handlers.windows or handlers.linux
end

-- A machine has one extension of this type, under whatever name.
local function find_extension(p, os, handle)
    for _, one in ipairs(handle:list(machine.action(p.machine, "extensions")) or {}) do
        if text.same(one.properties.type, handler_of(os).type) then return one end
    end
end

-- What we leave in the extension: since when, and for whom.
local function read_mark(extension)
    local parts = text.split(extension and extension.properties.forceUpdateTag or "", " ")
    if parts[1] ~= "playbook" or not parts[2] then return {} end
    return {renewed = parts[2], accounts = text.split(parts[3] or "", ",")}
end

local allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_."

local function check_names(names)
    if #names > most then refuse("more than " .. most .. " accounts: that is for a person") end
    for _, name in ipairs(names) do
        for i = 1, #name do
            if not text.contains(allowed, text.lower(string.sub(name, i, i))) then
                refuse("the account name '" .. name .. "' is not one that a machine gives")
            end
        end
    end
end

local function secret_name(p, account)
    local name = text.lower("password-" .. id.name(p.machine) .. "-" .. account)
    return text.replace(text.replace(name, "_", "-"), ".", "-")
end

local function keep_in_vault(p, base, account, password, write)
    write:put(uri("{+base}/secrets/{name}?api-version=7.4", {base = base, name = secret_name(p, account)}),
        {value = password, contentType = "password of an account", tags = {machine = id.name(p.machine), account = account}})
end

local function settings_of(os, account, password)
    if text.same(os, "Windows") then return {UserName = account}, {Password = password} end
    return map {}, {username = account, password = password}
end

local function vault_base(p, write)
    if not p.vault then return nil end
    local vault = write:get(arm.vault(p.vault))
    if not vault then error("the vault for the passwords is not there", 0) end
    local base = vault.properties.vaultUri
    return text.ends(base, "/") and string.sub(base, 1, #base - 1) or base
end

return primitive {
    name = "compute.reset_passwords",
    summary = "Gives accounts of a virtual machine new passwords",
    since = "0.1.0",
    params = {
        machine = {type = "id", help = "resource id of the virtual machine"},
        accounts = {type = "list", of = "string", default = list {},
            help = "names of accounts; none: the one that the machine was made with"},
        vault = {type = "id", optional = true, help = "key vault that keeps the new passwords"},
        since = {type = "time", optional = true,
            help = "in place when renewed later than this; default: the end of the alert, else an hour ago"},
    },
    returns = {
        accounts = {type = "list", of = "string"},
        secrets = {type = "list", of = "string", help = "names of the secrets in the vault"},
    },
    risk = "destroy",
    permissions = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/extensions/read",
        "Microsoft.Compute/virtualMachines/extensions/write", "Microsoft.KeyVault/vaults/read",
        "Microsoft.KeyVault/vaults/secrets/setSecret/action"},
    repeatable = true,
    since_moment = true,
    example = {
        machine = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-batch"
            .. "/providers/Microsoft.Compute/virtualMachines/vm-batch-07",
        accounts = {"azureuser", "batch"},
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
    },

    target = function(p) return machine.url(p.machine) end,
    state = {renewed = "time?", accounts = {type = "set", of = "string", optional = true}},
    observe = function(p, read)
        local raw = machine.read(p.machine, read)
        if not raw then return nil end
        local os = machine.os(raw)
        local mark = read_mark(find_extension(p, os, read))
        return {renewed = mark.renewed, accounts = mark.accounts, os = os, region = raw.location,
            admin = (raw.properties.osProfile or {}).adminUsername, power = machine.power(raw)}
    end,
    plan = function(p, before)
        if not before then return nil end
        local accounts = #p.accounts > 0 and p.accounts or list {before.admin}
        if #accounts == 0 then refuse("no account is named, and the machine does not say with which it was made") end
        check_names(accounts)
        local missing = list.without(accounts, before.accounts or list {})
        if before.renewed and #missing == 0 and not time.before(before.renewed, arm.since(p.since)) then return before end
        if before.power ~= "running" then refuse("the machine is not running: nothing reaches into it") end
        return {renewed = now(), accounts = accounts}
    end,
    apply = function(p, before, desired, write)
        local extension = find_extension(p, before.os, write)
        local handler, base = handler_of(before.os), vault_base(p, write)
        local url = machine.action(p.machine .. "/extensions", extension and extension.name or "enablevmaccess")
        local done = list {}
        for _, account in ipairs(desired.accounts) do
            local password = new_secret(32)
            if base then keep_in_vault(p, base, account, password, write) end
            table.insert(done, account)
            local settings, protected = settings_of(before.os, account, password)
            operation.put(write, url, {location = before.region, properties = {
                publisher = handler.publisher, type = handler.type, typeHandlerVersion = handler.version,
                autoUpgradeMinorVersion = true, settings = settings, protectedSettings = protected,
                forceUpdateTag = "playbook " .. desired.renewed .. " " .. text.join(done, ","),
            }})
        end
    end,
    undo = irreversible "the old passwords are known to nobody here; whoever needs an account gets a new one",
    result = function(p, _, after)
        local accounts, secrets = after and after.accounts or list {}, list {}
        for _, account in ipairs(p.vault and accounts or {}) do table.insert(secrets, secret_name(p, account)) end
        return {accounts = accounts, secrets = secrets}
    end,
}
