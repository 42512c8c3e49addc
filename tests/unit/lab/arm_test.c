// ARM beside vaults: alerts, plans, role assignments, logs, diagnostic settings, the inventory.
#include "harness.h"

#include "base/text.h"

#define ROLES "/providers/Microsoft.Authorization/roleAssignments"
#define EXT "318f20e4-c050-4c96-8d97-83ee664d5171"
#define ALERTS PROD_SUB "/providers/Microsoft.Security/alerts?api-version=2022-01-01"
#define EVENTS PROD_SUB "/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01"

static const struct value *first_of(struct bench *bench, const char *target)
{
    return value_item(value_get(want(bench, 200, "GET", ARM, target, NULL), "value"), 0);
}

static void moves_alerts_through_their_states(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *alert = first_of(&bench, ALERTS);
    const char *id = value_text_at(alert, "id");
    char *before = digest_now(&bench);
    assert_true(text_starts(value_text_at(alert, "properties.alertType"), "SIMULATED_"));
    want(&bench, 204, "POST", ARM, arena_printf(bench.arena, "%s/inProgress?api-version=2022-01-01", id),
         NULL);
    alert = want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s?api-version=2022-01-01", id), NULL);
    assert_string_equal(value_text_at(alert, "properties.status"), "InProgress");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 204, "POST", ARM, arena_printf(bench.arena, "%s/activate?api-version=2022-01-01", id), NULL);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 404, "POST", ARM, arena_printf(bench.arena, "%s/forget?api-version=2022-01-01", id), NULL);
    const char *name = strrchr(id, '/');
    want(&bench, 404, "GET", ARM,
         arena_printf(bench.arena,
                      PROD_SUB "/providers/Microsoft.Security/locations/centralus/alerts%s?api-version="
                               "2022-01-01",
                      name),
         NULL);
    bench_close(&bench);
}

static void filters_grants_and_takes_roles(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *mine =
        first_of(&bench, PROD_ID ROLES "?api-version=2022-04-01&$filter=principalId%20eq%20'" EXT "'");
    assert_string_equal(value_text_at(mine, "properties.scope"), PROD_SUB);
    const struct value *through_group = first_of(
        &bench, PROD_SUB ROLES "?api-version=2022-04-01&$filter=atScope()%20and%20assignedTo('" DANA "')");
    assert_string_equal(value_text_at(through_group, "properties.principalType"), "Group");
    char *target = arena_printf(bench.arena, "%s?api-version=2022-04-01", value_text_at(mine, "id"));
    want(&bench, 200, "DELETE", ARM, target, NULL);
    want(&bench, 204, "DELETE", ARM, target, NULL);
    assert_string_not_equal(before, digest_now(&bench));
    char *body = arena_printf(bench.arena,
                              "{'properties': {'roleDefinitionId': '%s', 'principalId': '" EXT
                              "', 'principalType': 'User'}}",
                              value_text_at(mine, "properties.roleDefinitionId"));
    want(&bench, 201, "PUT", ARM, target, body);
    want(&bench, 200, "PUT", ARM, target, body);
    assert_string_equal(before, digest_now(&bench));
    const struct value *answer =
        want(&bench, 409, "PUT", ARM,
             PROD_SUB ROLES "/00000000-0000-4000-8000-000000000001?api-version=2022-04-01", body);
    assert_string_equal(value_text_at(answer, "error.code"), "RoleAssignmentExists");
    want(&bench, 400, "GET", ARM, PROD_SUB ROLES "?api-version=2022-04-01&$filter=whatever", NULL);
    bench_close(&bench);
}

static void keeps_the_last_owner(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list =
        value_get(want(&bench, 200, "GET", ARM,
                       PROD_SUB ROLES "?api-version=2022-04-01&$filter=atScope()&$top=100", NULL),
                  "value");
    // The caller is taken away last, so that it may still ask.
    const char *own = NULL;
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *item = value_item(list, i);
        char *target = arena_printf(bench.arena, "%s?api-version=2022-04-01", value_text_at(item, "id"));
        if (!text_ends(value_text_at(item, "properties.roleDefinitionId"),
                       "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"))
            continue;
        if (text_same(value_text_at(item, "properties.principalId"), LAB_OBJECT_ID))
            own = target;
        else
            want(&bench, 200, "DELETE", ARM, target, NULL);
    }
    assert_non_null(own);
    want(&bench, 409, "DELETE", ARM, own, NULL);
    bench_close(&bench);
}

static void reads_the_activity_log_by_window(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 400, "GET", ARM, EVENTS, NULL);
    want(&bench, 400, "GET", ARM, EVENTS "&$filter=caller%20eq%20'x'", NULL);
    const struct value *answer =
        want(&bench, 200, "GET", ARM,
             EVENTS "&$filter=eventTimestamp%20ge%20'2020-01-01T00:00:00Z'%20and%20caller%20eq%20"
                    "'marco.rossi@contoso.com'",
             NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 2);
    answer =
        want(&bench, 200, "GET", ARM, EVENTS "&$filter=eventTimestamp%20ge%20'2090-01-01T00:00:00Z'", NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 0);
    bench_close(&bench);
}

// What ARM changed, and nothing that was refused or only looked at; no part of the digest.
static void a_change_stands_in_the_activity_log(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *id = PROD_SUB "/providers/Microsoft.Security/pricings/KeyVaults",
               *plan = arena_printf(bench.arena, "%s?api-version=2024-01-01", id);
    want(&bench, 200, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Free'}}");
    char *before = digest_now(&bench);
    want(&bench, 200, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Free'}}"); // what is there already
    want(&bench, 400, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Golden'}}");
    want(&bench, 200, "GET", ARM, plan, NULL);
    assert_string_equal(before, digest_now(&bench));
    const struct value *events =
        value_get(want(&bench, 200, "GET", ARM,
                       arena_printf(bench.arena,
                                    EVENTS "&$filter=eventTimestamp%%20ge%%20'2020-01-01T00:00:00Z'"
                                           "%%20and%%20resourceUri%%20eq%%20'%s'",
                                    id),
                       NULL),
                  "value");
    assert_int_equal(value_count(events), 2);
    const struct value *event = value_item(events, 0);
    assert_string_equal(value_text_at(event, "operationName.value"), "Microsoft.Security/pricings/write");
    assert_string_equal(value_text_at(event, "caller"), "2f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2");
    assert_string_equal(value_text_at(event, "httpRequest.method"), "PUT");
    assert_true(strcmp(value_text_at(event, "eventTimestamp"),
                       value_text_at(value_item(events, 1), "eventTimestamp")) >= 0);
    bench_close(&bench);
}

// A lab may serve for months: of changes the newest stand there, and what the seed tells stays.
static void the_activity_log_does_not_grow_for_ever(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    static const char log[] = "log/activity/4c37d899-9818-4152-8233-89cea195dbe7/";
    for (int i = 0; i < 2003; i++)
        want(&bench, 200, "PUT", ARM,
             PROD_SUB "/providers/Microsoft.Security/pricings/KeyVaults?api-version=2024-01-01",
             "{'properties': {'pricingTier': 'Free'}}");
    struct estate_range range = estate_range(bench.core->estate, log);
    assert_int_equal(range.end - range.first, 2000);
    assert_non_null(estate_get(bench.core->estate, arena_strndup(bench.arena, log, sizeof log - 2)));
    bench_close(&bench);
}

static void sets_plans_and_diagnostics(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *plan =
        "/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/providers/Microsoft.Security/pricings/KeyVaults"
        "?api-version=2024-01-01";
    char *before = digest_now(&bench);
    assert_string_equal(value_text_at(want(&bench, 200, "GET", ARM, plan, NULL), "properties.pricingTier"),
                        "Free");
    want(&bench, 200, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Standard'}}");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Free'}}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "PUT", ARM, plan, "{'properties': {'pricingTier': 'Golden'}}");
    const char *settings =
        PROD_ID "/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview";
    assert_non_null(first_of(&bench, settings));
    want(&bench, 200, "DELETE", ARM,
         PROD_ID "/providers/Microsoft.Insights/diagnosticSettings/to-soc?api-version=2021-05-01-preview",
         NULL);
    assert_null(first_of(&bench, settings));
    bench_close(&bench);
}

static void searches_the_inventory(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *target = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    const struct value *answer = want(&bench, 200, "POST", ARM, target,
                                      "{\"query\": \"resources | where type =~ "
                                      "'microsoft.network/publicipaddresses' | where properties.ipAddress == "
                                      "\\\"192.0.2.61\\\" | project id, name\"}");
    assert_int_equal(value_int_at(answer, "totalRecords", 0), 1);
    assert_string_equal(value_text_at(value_item(value_get(answer, "data"), 0), "name"), "pip-contoso-nat");
    want(&bench, 400, "POST", ARM, target, "{\"query\": \"resources | extend x = 1\"}");
    want(&bench, 400, "POST", ARM, target, "{\"query\": \"securityresources\"}");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_alerts_through_their_states),
        cmocka_unit_test(filters_grants_and_takes_roles),
        cmocka_unit_test(keeps_the_last_owner),
        cmocka_unit_test(reads_the_activity_log_by_window),
        cmocka_unit_test(a_change_stands_in_the_activity_log),
        cmocka_unit_test(the_activity_log_does_not_grow_for_ever),
        cmocka_unit_test(sets_plans_and_diagnostics),
        cmocka_unit_test(searches_the_inventory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
