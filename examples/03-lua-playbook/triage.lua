-- How urgent is an alert? A playbook is data; in Lua its expressions may be functions of the names that they would see.
local function is_urgent(my)
    local night = list.contains({"22", "23", "00", "01", "02", "03", "04", "05"}, my.alert.start:sub(12, 13))
    return my.origin.kind == "tor" or (night and not my.origin.inside) or #my.alert.targets > 5
end

return {
    playbook = "triage", version = "1.0.0", title = "Decide how urgent a Key Vault alert is", alerts = {"KV_*"},
    steps = {
        {id = "origin", ["do"] = "network.get_origin", with = {ip = "${alert.ip}", alert_type = "${alert.type}"}},
        {id = "facts", let = {urgent = is_urgent, objects = function(my) return #my.alert.targets end}},
        {when = "facts.urgent", task = "Look now (objects: ${facts.objects}, address: ${origin.kind})"},
        {when = "not facts.urgent", ["end"] = "It can wait until the morning"},
    },
}
