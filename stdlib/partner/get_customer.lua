-- Who a customer is, as the partner knows them, and the budget that the partner has set them.
local center = use "partnercenter"

return primitive {
    name = "partner.get_customer",
    summary = "Reads who a customer is",
    since = "0.1.0",
    params = {customer = {type = "guid", help = "tenant of the customer"}},
    returns = {
        name = "string?", domain = "string?", relationship = "string?",
        found = {type = "bool", help = "whether there is such a customer"},
        budget = {type = "number", optional = true, help = "what the partner lets them spend in a month; absent: no limit"},
    },
    risk = "read",
    permissions = {"Partner Center: Admin agent"},
    example = {customer = "53930895-ff43-4808-a11e-99816b51822a"},

    observe = function(p, read)
        center.account()
        local answers = read:all {
            {"get", center.customer_url(p.customer), center.options("customer " .. p.customer)},
            {"get", uri("partner:/v1/customers/{c}/usagebudget", {c = p.customer}),
                center.options("budget " .. p.customer)},
        }
        local raw, profile_of = answers[1], answers[1] and answers[1].companyProfile or {}
        local budget = answers[2] and answers[2].amount
        return {name = profile_of.companyName, domain = profile_of.domain, found = raw ~= nil,
            relationship = raw and raw.relationshipToPartner, budget = type(budget) == "number" and budget or nil}
    end,
}
