// The digest of the estate: what a client can change counts, whatever it is called.
#include "harness.h"

#include "base/text.h"

#define TAGS PROD_ID "/providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
#define RULE PROD_SUB "/providers/Microsoft.Security/alertsSuppressionRules/r?api-version=2019-01-01-preview"
#define BUDGET PROD_SUB "/providers/Microsoft.Consumption/budgets/b?api-version=2023-11-01"
#define ACCOUNT                                                                                              \
    PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/automationAccounts/"              \
             "aa-contoso-ops"
#define LINK "/jobSchedules/9f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d3?api-version=2023-11-01"
#define MACHINE PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07"

// Sends a request that must be taken: does the digest know of it?
static bool tells(struct bench *bench, const char *method, const char *target, const char *body)
{
    char *before = digest_now(bench);
    const struct value *answer = ask(bench, method, ARM, target, body);
    if (bench->last.status >= 300)
        fail_msg("%s %s: %s", method, target, json_text(bench->arena, answer));
    return strcmp(before, digest_now(bench)) != 0;
}

static void counts_every_tag(void **state)
{
    (void)state;
    static const char *const names[] = {"createdBy", "created", "at",    "target",
                                        "n",         "etag",    "value", "owner"};
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *shape = "{'operation': '%s', 'properties': {'tags': {'%s': 'x'}}}";
        assert_true(tells(&bench, "PATCH", TAGS, arena_printf(bench.arena, shape, "Merge", names[i])));
        assert_true(strcmp(names[i], "owner") == 0 ||
                    tells(&bench, "PATCH", TAGS, arena_printf(bench.arena, shape, "Delete", names[i])));
    }
    want(&bench, 200, "PATCH", ARM, TAGS,
         "{'operation': 'Merge', 'properties': {'tags': {'owner': 'ines.keller@contoso.com'}}}");
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void counts_the_ends_that_clients_set(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *rule = "{'properties': {'alertType': 'X', 'reason': 'Noise', 'state': 'Enabled', "
                       "'expirationDateUtc': '%s'}}";
    const char *soon = arena_printf(bench.arena, rule, "2090-01-01T00:00:00Z");
    assert_true(tells(&bench, "PUT", RULE, soon));
    assert_true(tells(&bench, "PUT", RULE, arena_printf(bench.arena, rule, "2091-01-01T00:00:00Z")));
    assert_true(tells(&bench, "PUT", RULE, soon));
    assert_false(tells(&bench, "PUT", RULE, soon));
    want(&bench, 400, "PUT", ARM, RULE, arena_printf(bench.arena, rule, "some day"));
    const char *budget = "{'eTag': '%s', 'properties': {'category': 'Cost', 'amount': 100, 'timeGrain': "
                         "'Monthly', 'timePeriod': {'startDate': '2026-11-01T00:00:00Z', 'endDate': '%s'}}}";
    const struct value *made =
        want(&bench, 201, "PUT", ARM, BUDGET, arena_printf(bench.arena, budget, "", "2090-01-01T00:00:00Z"));
    // An eTag holds quotation marks of its own.
    const char *etag = value_text_at(made, "eTag");
    etag = arena_printf(bench.arena, "\\\"%.*s\\\"", (int)strlen(etag) - 2, etag + 1);
    char *later = arena_printf(bench.arena, budget, etag, "2091-01-01T00:00:00Z");
    for (char *at = later; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    assert_true(tells(&bench, "PUT", BUDGET, later));
    bench_close(&bench);
}

static void counts_what_leaves_no_other_trace(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *link = "{'properties': {'runbook': {'name': 'Rotate-Logs'}, 'schedule': {'name': 'nightly'}, "
                       "'parameters': {'target': '%s'}}}";
    want(&bench, 201, "PUT", ARM, ACCOUNT LINK, arena_printf(bench.arena, link, "a"));
    char *before = digest_now(&bench);
    want(&bench, 200, "DELETE", ARM, ACCOUNT LINK, NULL);
    want(&bench, 201, "PUT", ARM, ACCOUNT LINK, arena_printf(bench.arena, link, "b"));
    assert_string_not_equal(before, digest_now(&bench));
    assert_true(tells(&bench, "POST", MACHINE "/restart?api-version=2024-03-01", NULL));
    assert_true(tells(&bench, "POST",
                      "/subscriptions/b1b975b7-09ab-4d05-867f-3a3b4bc1ba70/providers/Microsoft.Quota/"
                      "register?api-version=2021-04-01",
                      NULL));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_every_tag),
                                       cmocka_unit_test(counts_the_ends_that_clients_set),
                                       cmocka_unit_test(counts_what_leaves_no_other_trace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
