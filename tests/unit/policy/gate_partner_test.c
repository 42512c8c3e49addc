// The gate in front of Partner Center, and of what a partner may change in its customers' subscriptions.
#include "../test.h"

#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/request.h"

#define ARM "https://management.azure.com"

static const char *const scope[] = {"/subscriptions/11111111-1111-1111-1111-111111111111", NULL};

#define CUSTOMER "22222222-2222-2222-2222-222222222222"
#define OTHER "33333333-3333-3333-3333-333333333333"
#define CENTER "https://api.partnercenter.microsoft.com"

static enum gate_verdict judge_partner(struct gate *gate, const char *method, const char *url)
{
    const struct request request = {.method = method, .url = url};
    return gate_judge(gate, PHASE_APPLY, &request, NULL, &(struct err){0});
}

// Partner Center is spoken to only by a profile with an account there, and what is told there about a
// subscription, or changed in it, concerns one of those that the profile names.
static void partner(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    static const char *const customers[] = {"/subscriptions/" CUSTOMER, NULL};
    struct gate_config config = {.mode = MODE_DRY_RUN, .cloud = cloud_find("public"), .scope = scope};
    const char *status = CENTER "/v1/fraudEvents/subscription/" CUSTOMER "/status";
    assert_int_equal(judge_partner(gate_new(arena, &config), "GET", CENTER "/v1/fraudEvents"), GATE_REFUSE);
    config.partner = true;
    assert_int_equal(judge_partner(gate_new(arena, &config), "GET", CENTER "/v1/fraudEvents"), GATE_READ);
    assert_int_equal(judge_partner(gate_new(arena, &config), "POST", status), GATE_HOLD);
    const char *tags = ARM "/subscriptions/" CUSTOMER "/providers/Microsoft.Resources/tags/default";
    assert_int_equal(judge_partner(gate_new(arena, &config), "PATCH", tags), GATE_REFUSE);
    config.partner_scope = customers;
    struct gate *gate = gate_new(arena, &config);
    assert_int_equal(judge_partner(gate, "PATCH", tags), GATE_HOLD);
    assert_int_equal(judge_partner(gate, "PATCH", ARM "/subscriptions/" OTHER "/tags/default"), GATE_REFUSE);
    assert_int_equal(judge_partner(gate, "POST", status), GATE_HOLD);
    assert_int_equal(judge_partner(gate, "POST", CENTER "/v1/fraudEvents/subscription/" OTHER "/status"),
                     GATE_REFUSE);
    assert_int_equal(
        judge_partner(gate, "POST", CENTER "/v1/fraudEvents/subscription/%7B" OTHER "%7D/status"),
        GATE_REFUSE);
    assert_int_equal(judge_partner(gate, "POST",
                                   CENTER "/v1/customers/" CUSTOMER "/subscriptions/" CUSTOMER
                                          "/azureEntitlements/" OTHER "/cancel"),
                     GATE_REFUSE);
    assert_int_equal(judge_partner(gate, "POST",
                                   CENTER "/v1/customers/" CUSTOMER "/subscriptions/" CUSTOMER
                                          "/azureEntitlements/" CUSTOMER "/cancel"),
                     GATE_HOLD);
    // What is no subscription of Azure is not compared with them.
    assert_int_equal(judge_partner(gate, "PATCH", CENTER "/v1/customers/" CUSTOMER "/subscriptions/" OTHER),
                     GATE_HOLD);
    assert_int_equal(judge_partner(gate, "POST", CENTER "/v1/a/b/c/d/e/" OTHER "/f"), GATE_HOLD);
    // No POST there only reads.
    config.mode = MODE_AUDIT;
    assert_int_equal(judge_partner(gate_new(arena, &config), "POST", status), GATE_REFUSE);
    // The listed scope stays the profile's own.
    assert_null(gate_scope(gate)[1]);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(partner)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
