-- Has Partner Center send a test event to the registered webhook, and waits until it says how that went. At most two a
-- minute are allowed; the event test-created has to be registered.
local center = use "partnercenter"

return primitive {
    name = "partner.test_webhook",
    summary = "Sends a test event to the registered webhook",
    since = "0.1.0",
    params = {about = {type = "string", default = "registration", help = "what the test is for; for one it is sent once"}},
    risk = "contain",
    permissions = {"Partner Center: Admin agent"},
    repeatable = false,
    example = {about = "example"},

    target = function() return "partner:/webhooks/v1/registration/validationEvents" end,
    once = function(p) return "partner.test_webhook " .. p.about end,
    apply = function(p, _, _, write)
        local made, info = write:post("partner:/webhooks/v1/registration/validationEvents", nil,
            center.options("validation " .. p.about))
        if not info.headers["date"] then return end -- held back: there is no answer to wait for
        local url = uri("partner:/webhooks/v1/registration/validationEvents/{id}", {id = made.correlationId})
        for _ = 1, 20 do
            local state = write:get(url, center.options("validation of " .. p.about))
            if state and text.same(state.status, "completed") then
                for _, one in ipairs(state.results or {}) do
                    if not text.same(one.responseCode, "OK") and one.responseCode ~= "200" then
                        error("the webhook answered " .. tostring(one.responseCode))
                    end
                end
                return
            end
            write:sleep(3000)
        end
        error("Partner Center does not say yet how the test event went")
    end,
    undo = irreversible "an event that was sent cannot be called back; it tells of nothing",
}
