-- Gives an application a new secret, which the directory makes and tells once: to the core, which puts it into a key
-- vault, and nobody sees it here. Its owner takes it from there. The moment at which it ends is its mark: the credential
-- in the directory has it, and so has the version in the vault, by which one knows that what was made has also arrived.
-- One that did not arrive is of no use to anybody; undoing, and who does it once more, finds it by that mark and takes
-- it away: a run has one moment, and no other credential ends then.
local arm = use "arm"
local graph = use "graph"
local keyvault = use "keyvault"

local function is_at(moment, ends)
    return moment ~= nil and not time.before(moment, ends) and not time.after(moment, ends)
end

-- The application's credentials of this name, the newest last.
local function credentials_of(p, raw)
    return list.sort(list.where(raw.passwordCredentials or {}, "displayName", p.name), "startDateTime")
end

-- Takes those of this name away that have the mark. The credentials that are left.
local function remove_marked(p, ends, raw, write)
    local marked, left = list {}, list {}
    for _, it in ipairs(raw.passwordCredentials or {}) do
        table.insert(it.displayName == p.name and is_at(it.endDateTime, ends) and marked or left, it)
    end
    for _, it in ipairs(marked) do
        write:post(graph.holder(p.holder, p.object, "removePassword"), {keyId = it.keyId},
            {resource = graph.holder(p.holder, p.object), becomes = {passwordCredentials = left}})
    end
    return left
end

-- The version of the secret in the vault that goes with a credential.
local function version_of(p, base, ends, read)
    for _, it in ipairs(keyvault.versions(base, "secret", p.name, read) or {}) do
        local tags = it.tags or {}
        if it.enabled and text.same(tags.application or "", p.object) and is_at(tags.ends, ends) then return it.id end
    end
end

return primitive {
    name = "entra.add_credential",
    summary = "Gives an application a new secret, kept in a vault",
    since = "0.1.0",
    params = {
        holder = {type = "enum", values = {"application", "servicePrincipal"}, default = "application",
            help = "where the secret is kept in the directory"},
        object = {type = "guid", help = "object id of that"},
        vault = {type = "id", help = "key vault that keeps the new secret"},
        name = {type = "name", help = "name of the secret in the vault"},
        valid = {type = "duration", default = "180d", help = "how long it is good"},
        since = {type = "time", optional = true,
            help = "in place when one was added later than this; default: the end of the alert, else an hour ago"},
    },
    returns = {
        key = {type = "guid", optional = true, help = "key id of the new credential"},
        secret = {type = "string", help = "name of the secret in the vault"},
    },
    risk = "contain",
    permissions = {"Application.Read.All", "Application.ReadWrite.All", "Microsoft.KeyVault/vaults/read",
        "Microsoft.KeyVault/vaults/secrets/readMetadata/action", "Microsoft.KeyVault/vaults/secrets/setSecret/action",
        "Microsoft.KeyVault/vaults/secrets/update/action"},
    repeatable = false,
    since_moment = true,
    example = {
        object = "c473eef5-51ca-465a-aef6-218e7fbf4048", name = "release-pipeline",
        vault = "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod"
            .. "/providers/Microsoft.KeyVault/vaults/kv-contoso-prod",
    },

    target = function(p) return graph.holder(p.holder, p.object) end,
    state = {ends = "time?", arrived = "bool?", key = "guid?", version = "string?"},
    observe = function(p, read)
        local raw = read:get(graph.holder(p.holder, p.object))
        if not raw then return nil end
        local base, all = keyvault.base(p, read), credentials_of(p, raw)
        local newest = all[#all] or {}
        local version = newest.endDateTime and version_of(p, base, newest.endDateTime, read) or null
        return {appId = raw.appId, base = base, credentials = raw.passwordCredentials or list {}, added = newest.startDateTime,
            ends = newest.endDateTime or null, key = newest.keyId or null,
            version = version, arrived = version ~= null}
    end,
    plan = function(p, before)
        if not before then error("the directory has no " .. p.holder .. " " .. p.object) end
        if not before.base then error("the vault for the new secret is not there") end
        if before.version and not time.before(before.added, arm.since(p.since)) then return before end
        return {ends = time.add(now(), p.valid), arrived = true}
    end,
    apply = function(p, before, desired, write)
        local ends = desired.ends
        local others = remove_marked(p, ends, {passwordCredentials = before.credentials}, write)
        local made = write:post(graph.holder(p.holder, p.object, "addPassword"),
            {passwordCredential = {displayName = p.name, endDateTime = ends}}, {
            resource = graph.holder(p.holder, p.object), secret = "secretText",
            becomes = {passwordCredentials = list.concat(others,
                {{displayName = p.name, startDateTime = now(), endDateTime = ends}})},
        })
        if not made or not made.secretText then error("the directory's answer does not tell the new secret", 0) end
        write:put(keyvault.object(before.base, "secret", p.name), {value = made.secretText,
            contentType = "secret of an application", tags = {application = p.object, ends = ends}})
    end,
    -- A vault keeps its versions: the one with the secret that is good for nothing any more is disabled.
    undo = function(p, _, after, write)
        remove_marked(p, after.ends, write:get(graph.holder(p.holder, p.object)) or {}, write)
        local version = version_of(p, keyvault.base(p, write), after.ends, write)
        if version then write:patch(uri("{+v}?api-version=7.4", {v = version}), {attributes = {enabled = false}}) end
    end,
    result = function(p, _, after) return {key = after and after.key, secret = p.name} end,
}
