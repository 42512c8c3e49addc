-- What a Kubernetes cluster is, whether it runs, and whether threat protection is on there.
local function url(cluster)
    return uri("arm:{+cluster}?api-version=2024-02-01", {cluster = cluster})
end

return primitive {
    name = "compute.get_cluster",
    summary = "Reads a Kubernetes cluster",
    since = "0.1.0",
    params = {cluster = {type = "id", help = "resource id of the cluster"}},
    returns = {
        found = "bool", name = "string?", location = "string?", version = "string?", power = "string?", fqdn = "string?",
        protected = {type = "bool", help = "is threat protection on there?"},
    },
    risk = "read",
    permissions = {"Microsoft.ContainerService/managedClusters/read"},
    example = {
        cluster = "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/resourceGroups/rg-dev"
            .. "/providers/Microsoft.ContainerService/managedClusters/aks-contoso-dev",
    },

    observe = function(p, read)
        local raw = read:get(url(p.cluster))
        if not raw then return {found = false, protected = false} end
        local has = raw.properties or {}
        local defender = (has.securityProfile or {}).defender or {}
        return {
            found = true, name = raw.name, location = raw.location, version = has.kubernetesVersion,
            power = (has.powerState or {}).code, fqdn = has.fqdn,
            protected = (defender.securityMonitoring or {}).enabled == true,
        }
    end,
}
