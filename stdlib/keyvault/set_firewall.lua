-- Turns the firewall of a vault on, with approved addresses and networks. Azure has no deny-list: an address is kept
-- out by letting in only others. It replaces all rules as one, so everything that is there is sent again unless
-- `replace` says otherwise: a response that wipes the victim's own rules is an outage. The addresses that the response
-- itself comes from are always kept, and without any in the register it refuses, since every later step would be
-- locked out.
local arm = use "arm"
local register_book = use "register"

local open = {bypass = "AzureServices", defaultAction = "Allow", ipRules = list {}, virtualNetworkRules = list {}}

-- Adds an address unless a rule covers it already.
local function admit(rules, address)
    for _, rule in ipairs(rules) do
        if net.within(address, rule.value) then return end
    end
    table.insert(rules, {value = address})
end

local function admit_network(rules, id)
    for _, rule in ipairs(rules) do
        if text.same(rule.id, id) then return end
    end
    table.insert(rules, {id = id})
end

local function is_blocked(address, blocked)
    for _, one in ipairs(blocked) do
        if net.within(address, one) then return true end
    end
    return false
end

-- Does a rule hold one of the addresses, among others?
local function lets_in(rule, blocked)
    for _, one in ipairs(blocked) do
        if net.within(one, rule) then return true end
    end
    return false
end

return primitive {
    name = "keyvault.set_firewall",
    summary = "Turns a vault's firewall on and lets in approved addresses only",
    since = "0.1.0",
    params = {
        vault = {type = "id", help = "resource id of the vault"},
        default_action = {type = "enum", values = {"Deny", "Allow"}, default = "Deny",
            help = "what happens to addresses that no rule names"},
        add = {type = "list", of = "cidr", default = list {}, help = "addresses to let in"},
        networks = {type = "list", of = "id", default = list {}, help = "ids of subnets to let in"},
        block = {type = "list", of = "cidr", default = list {}, help = "addresses whose own rules are taken out"},
        own_networks = {type = "bool", default = true,
            help = "where the firewall was off: let in the networks that the register names"},
        replace = {type = "bool", default = false, help = "forget the rules that are there"},
    },
    returns = {
        rules = {type = "list", of = "string", help = "addresses that are let in"},
        gaps = {type = "list", of = "string", help = "rules of the vault that still let a blocked address in"},
    },
    risk = "contain",
    permissions = {"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/write"},
    repeatable = true,
    example = {
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
        add = {"192.0.2.0/26"},
    },

    target = function(p) return arm.vault(p.vault) end,
    state = {properties = {type = "record", fields = {
        networkAcls = {type = "record", unit = true, optional = true, fields = {
            bypass = "string?", defaultAction = {type = "string", nocase = true},
            ipRules = {type = "set", key = "value", of = {type = "record", fields = {value = "cidr"}}},
            virtualNetworkRules = {type = "set", key = "id", of = {type = "record",
                fields = {id = "id", ignoreMissingVnetServiceEndpoint = "bool?"}}},
        }},
    }}},
    -- A vault that never had rules is open to everybody: that is said in full, or undoing would have nothing to put back.
    observe = function(p, read)
        local raw = read:get(arm.vault(p.vault))
        local acls = raw and raw.properties.networkAcls
        if acls == nil or acls == null then acls = open end
        return raw and {properties = {networkAcls = acls}}
    end,
    plan = function(p, before)
        if not before then return nil end
        local responders = register_book.responders()
        if p.default_action == "Deny" and #responders == 0 then
            refuse("the register names no responders' addresses, and Deny would lock the response out")
        end
        local acls = before.properties.networkAcls
        local rules, networks = list {}, list {}
        if not p.replace then
            for _, rule in ipairs(acls.ipRules or {}) do
                if not is_blocked(rule.value, p.block) then table.insert(rules, rule) end
            end
            for _, rule in ipairs(acls.virtualNetworkRules or {}) do table.insert(networks, rule) end
        end
        for _, address in ipairs(responders) do admit(rules, address) end
        -- Where the firewall was off, the organisation's own networks would be cut off too; where it was on, they have
        -- the rules that somebody gave them.
        if not text.same(acls.defaultAction, "Deny") and p.own_networks then
            for _, network in ipairs(register "networks") do admit(rules, network.cidr) end
        end
        for _, address in ipairs(p.add) do admit(rules, address) end
        for _, id in ipairs(p.networks) do admit_network(networks, id) end
        return {properties = {networkAcls = {
            bypass = acls.bypass or "AzureServices", defaultAction = p.default_action,
            ipRules = rules, virtualNetworkRules = networks,
        }}}
    end,
    result = function(p, _, after)
        local acls = after and after.properties.networkAcls or open
        local rules, gaps = list.pluck(acls.ipRules or list {}, "value"), list {}
        for _, rule in ipairs(rules) do
            if lets_in(rule, p.block) then table.insert(gaps, rule) end
        end
        return {rules = rules, gaps = gaps}
    end,
}
