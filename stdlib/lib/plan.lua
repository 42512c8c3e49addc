-- A Defender plan of a subscription.
local plan = {}

plan.params = {
    subscription = {type = "guid", help = "the subscription"},
    plan = {type = "name", default = "KeyVaults", help = "name of the plan, such as KeyVaults, Arm, VirtualMachines"},
}

function plan.url(p)
    return uri("arm:/subscriptions/{subscription}/providers/Microsoft.Security/pricings/{plan}?api-version=2024-01-01",
        p)
end

return plan
