-- Any resource of Resource Manager: its type, and the version of the interface that this type has.
local resource = {}

-- "Microsoft.Compute" and "virtualMachines/extensions"; nil where the id is that of a group or a subscription.
function resource.kind(whole)
    local parts, at = text.split(whole, "/"), nil
    for i, part in ipairs(parts) do
        if text.same(part, "providers") then at = i end
    end
    if not at or not parts[at + 3] then return nil end
    local words = list {}
    for i = at + 2, #parts, 2 do table.insert(words, parts[i]) end
    return parts[at + 1], text.join(words, "/")
end

local function newest(versions)
    local best
    for _, version in ipairs(versions or {}) do
        if not text.contains(version, "preview") and (not best or version > best) then best = version end
    end
    return best
end

-- The newest version that is no preview; nil where the provider does not say.
function resource.version(whole, read)
    local namespace, kind = resource.kind(whole)
    if not namespace then return nil end
    local answer = read:get(uri("arm:/subscriptions/{s}/providers/{n}?api-version=2024-03-01",
        {s = id.subscription(whole), n = namespace}))
    for _, offer in ipairs(answer and answer.resourceTypes or {}) do
        if text.same(offer.resourceType, kind) then return newest(offer.apiVersions) end
    end
    return nil
end

function resource.url(whole, version)
    return uri("arm:{+id}?api-version={version}", {id = whole, version = version})
end

return resource
