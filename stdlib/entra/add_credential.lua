-- Gives an application a new secret, which the directory makes and tells once: to the core, which puts it into a key
-- vault, and nobody sees it here. Its owner takes it from there. The secret's version in the vault says when it ends, as
-- the directory does of the credential: by that one knows that what was made has also arrived. One that did not is of no
-- use to anybody: entra.remove_credential takes it away.
local arm = use "arm"
local graph = use "graph"
local keyvault = use "keyvault"

-- The newest credential of the application that the vault keeps.
local function find_kept(p, credentials, versions)
    local kept = {}
    for _, it in ipairs(versions or {}) do
        local tags = it.tags or {}
        if it.enabled and text.same(tags.application or "", p.object) and tags.ends then kept[tags.ends] = it.id end
    end
    local found, version
    for _, it in ipairs(credentials) do
        for ends, id in pairs(kept) do
            local same = it.endDateTime and not time.before(it.endDateTime, ends) and not time.after(it.endDateTime, ends)
            if same and (not found or time.after(it.startDateTime, found.startDateTime)) then found, version = it, id end
        end
    end
    return found, version
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
    state = {key = "guid?", added = "time?", version = "string?"},
    observe = function(p, read)
        local raw = read:get(graph.holder(p.holder, p.object))
        if not raw then return nil end
        local base = keyvault.base(p, read)
        local credentials = raw.passwordCredentials or list {}
        local found, version = find_kept(p, credentials, keyvault.versions(base, "secret", p.name, read))
        return {base = base, credentials = credentials, version = version or null, key = found and found.keyId or null,
            added = found and found.startDateTime or null}
    end,
    plan = function(p, before)
        if not before then error("the directory has no " .. p.holder .. " " .. p.object) end
        if not before.base then error("the vault for the new secret is not there") end
        if before.added and not time.before(before.added, arm.since(p.since)) then return before end
        return {added = now()}
    end,
    apply = function(p, before, desired, write)
        local ends = time.add(now(), p.valid)
        local entry = {displayName = p.name, endDateTime = ends}
        local made = write:post(graph.holder(p.holder, p.object, "addPassword"), {passwordCredential = entry}, {
            resource = graph.holder(p.holder, p.object), secret = "secretText",
            becomes = {passwordCredentials = list.concat(before.credentials,
                {{displayName = p.name, startDateTime = desired.added, endDateTime = ends}})},
        })
        if not made or not made.secretText then error("the directory's answer does not tell the new secret", 0) end
        write:put(keyvault.object(before.base, "secret", p.name), {value = made.secretText,
            contentType = "secret of an application", tags = {application = p.object, ends = ends}})
    end,
    -- A vault keeps its versions: the one with the secret that is good for nothing any more is disabled.
    undo = function(p, _, after, write)
        write:post(graph.holder(p.holder, p.object, "removePassword"), {keyId = after.key})
        write:patch(uri("{+version}?api-version=7.4", after), {attributes = {enabled = false}})
    end,
    result = function(p, _, after) return {key = after and after.key, secret = p.name} end,
}
