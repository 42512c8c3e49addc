// The members that published descriptions say an answer has, where clients go by them.
#include "harness.h"

#include "base/text.h"
#include "lab/operation.h"

#define EVENTS                                                                                               \
    PROD_SUB "/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter="    \
             "eventTimestamp%20ge%20'2020-01-01T00:00:00Z'"
#define CARD                                                                                                 \
    PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/networkInterfaces/nic-web-01"
#define NET_API "?api-version=2024-01-01"
#define PLAN PROD_SUB "/providers/Microsoft.Security/pricings/VirtualMachines?api-version=2024-01-01"

static void events_say_what_they_are_about(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 201, "PUT", ARM,
         PROD_SUB "/resourceGroups/rg-soc/providers/Microsoft.Web/sites/a?api-version=2023-12-01",
         "{'location': 'westeurope'}");
    const struct value *list = value_get(want(&bench, 200, "GET", ARM, EVENTS, NULL), "value");
    const struct value *newest = value_item(list, 0), *old = value_item(list, value_count(list) - 1);
    assert_string_equal(value_text_at(newest, "resourceType.value"), "Microsoft.Web/sites");
    assert_string_equal(value_text_at(newest, "subStatus.value"), "Created");
    assert_string_equal(value_text_at(newest, "subStatus.localizedValue"), "Created (HTTP Status Code: 201)");
    assert_string_equal(value_text_at(newest, "properties.statusCode"), "Created");
    assert_string_equal(value_text_at(newest, "eventName.value"), "EndRequest");
    assert_non_null(strstr(value_text_at(newest, "httpRequest.uri"), "https://management.azure.com/subsc"));
    assert_non_null(value_text_at(old, "resourceType.value"));
    assert_non_null(value_text_at(old, "properties.statusCode"));
    bench_close(&bench);
}

// What the service says of an interface comes along, and may be sent back or left out.
static void an_interface_is_whole_and_may_come_back(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *card = want(&bench, 200, "GET", ARM, CARD NET_API, NULL);
    const struct value *one = value_item(value_at(card, "properties.ipConfigurations"), 0);
    assert_string_equal(value_text_at(one, "id"), CARD "/ipConfigurations/ipconfig1");
    assert_string_equal(value_text_at(one, "type"), "Microsoft.Network/networkInterfaces/ipConfigurations");
    assert_string_equal(value_text_at(one, "etag"), value_text_at(card, "etag"));
    assert_string_equal(value_text_at(one, "properties.provisioningState"), "Succeeded");
    assert_string_equal(value_text_at(one, "properties.privateIPAddressVersion"), "IPv4");
    assert_int_equal(strlen(value_text_at(card, "properties.macAddress")), 17);
    assert_string_equal(value_text_at(card, "properties.nicType"), "Standard");
    assert_non_null(value_at(card, "properties.disableTcpStateTracking"));
    want(&bench, 200, "PUT", ARM, CARD NET_API, json_text(bench.arena, card));
    assert_string_equal(before, digest_now(&bench));
    usleep((OPERATION_MS + 50) * 1000);
    const struct value *stored = estate_get(bench.core->estate, text_lower(bench.arena, CARD));
    assert_null(strstr(json_text(bench.arena, stored), "macAddress"));
    const struct value *again = want(&bench, 200, "GET", ARM, CARD NET_API, NULL);
    assert_true(
        value_equal(value_at(again, "properties.macAddress"), value_at(card, "properties.macAddress")));
    const struct value *list =
        want(&bench, 200, "GET", ARM,
             PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/networkInterfaces" NET_API,
             NULL);
    assert_true(value_equal(value_item(value_get(list, "value"), 0), again));
    static const char said[] = "{\"properties\": {\"nicType\": \"Elastic\"}}";
    const struct value *other =
        value_merge_patch(bench.arena, again, json_parse(bench.arena, NULL, said, sizeof said - 1, NULL));
    want(&bench, 200, "PUT", ARM, CARD NET_API, json_text(bench.arena, other));
    assert_string_not_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void a_plan_keeps_its_extensions(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *plan = want(&bench, 200, "GET", ARM, PLAN, NULL);
    assert_string_equal(value_text_at(plan, "properties.enforce"), "False");
    assert_string_equal(value_text_at(plan, "properties.resourcesCoverageStatus"), "FullyCovered");
    assert_non_null(value_text_at(plan, "properties.enablementTime"));
    const struct value *extensions = value_at(plan, "properties.extensions");
    assert_string_equal(value_text_at(value_item(extensions, 0), "name"), "AgentlessVmScanning");
    want(&bench, 200, "PUT", ARM, PLAN, "{'properties': {'pricingTier': 'Standard', 'subPlan': 'P2'}}");
    assert_string_equal(before, digest_now(&bench)); // what is not named stays
    want(&bench, 400, "PUT", ARM, PLAN,
         "{'properties': {'pricingTier': 'Standard', 'extensions': [{'name': 'AgentlessVmScanning', "
         "'isEnabled': "
         "true}]}}");
    plan = want(&bench, 200, "PUT", ARM, PLAN, "{'properties': {'pricingTier': 'Free'}}");
    assert_null(value_at(plan, "properties.extensions"));
    assert_null(value_at(plan, "properties.enablementTime"));
    assert_string_equal(value_text_at(plan, "properties.resourcesCoverageStatus"), "NotCovered");
    plan =
        want(&bench, 200, "PUT", ARM, PLAN, "{'properties': {'pricingTier': 'Standard', 'subPlan': 'P2'}}");
    assert_null(value_at(plan, "properties.extensions"));
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "PUT", ARM, PLAN,
         arena_printf(
             bench.arena,
             "{\"properties\": {\"pricingTier\": \"Standard\", \"subPlan\": \"P2\", \"extensions\": %s}}",
             json_text(bench.arena, extensions)));
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void lists_and_recommendations_tell_what_is_asked_for(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    static const char list[] = PROD_SUB "/resourceGroups/rg-soc/resources?api-version=2024-03-01";
    want(&bench, 201, "PUT", ARM,
         PROD_SUB "/resourceGroups/rg-soc/providers/Microsoft.Web/sites/a?api-version=2023-12-01",
         "{'location': 'westeurope', 'identity': {'type': 'SystemAssigned'}}");
    const struct value *answer =
        want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s&$expand=provisioningState", list), NULL);
    bool identity = false;
    for (size_t i = 0; i < value_count(value_get(answer, "value")); i++) {
        const struct value *one = value_item(value_get(answer, "value"), i);
        assert_string_equal(value_text_at(one, "provisioningState"), "Succeeded");
        identity = identity || value_text_at(one, "identity.type") != NULL;
    }
    assert_true(identity);
    answer = want(&bench, 200, "GET", ARM, list, NULL);
    assert_null(value_get(value_item(value_get(answer, "value"), 0), "provisioningState"));

    static const char found[] = PROD_SUB "/providers/Microsoft.Security/assessments?api-version=2021-06-01";
    answer = value_item(value_get(want(&bench, 200, "GET", ARM, found, NULL), "value"), 0);
    assert_null(value_at(answer, "properties.links"));
    answer = want(
        &bench, 200, "GET", ARM,
        arena_printf(bench.arena, "%s?api-version=2021-06-01&$expand=links", value_text_at(answer, "id")),
        NULL);
    assert_non_null(
        strstr(value_text_at(answer, "properties.links.azurePortalUri"), value_text_at(answer, "name")));
    bench_close(&bench);
}

static void an_alert_has_what_every_alert_has(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list =
                           want(&bench, 200, "GET", ARM,
                                PROD_SUB "/providers/Microsoft.Security/alerts?api-version=2022-01-01", NULL),
                       *alert = value_item(value_get(list, "value"), 0);
    assert_non_null(value_text_at(alert, "properties.correlationKey"));
    assert_true(value_is(value_at(alert, "properties.extendedLinks"), VALUE_LIST));
    assert_true(value_equal(
        alert,
        want(&bench, 200, "GET", ARM,
             arena_printf(bench.arena, "%s?api-version=2022-01-01", value_text_at(alert, "id")), NULL)));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_say_what_they_are_about),
        cmocka_unit_test(an_interface_is_whole_and_may_come_back),
        cmocka_unit_test(an_alert_has_what_every_alert_has),
        cmocka_unit_test(a_plan_keeps_its_extensions),
        cmocka_unit_test(lists_and_recommendations_tell_what_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
