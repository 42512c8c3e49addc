// Resource Graph: whose public address it is, for those who may read the resource; other queries are refused.
#include "harness.h"

#include "base/text.h"

#define TARGET "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
#define WHOSE(address)                                                                                       \
    "{'query': 'resources | where type =~ \\u0022microsoft.network/publicipaddresses\\u0022 | where "        \
    "properties.ipAddress == \\u0022" address "\\u0022 | project id, name'}"

static void finds_an_own_address(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *found =
        value_get(want(&bench, 200, "POST", ARM, TARGET, WHOSE("192.0.2.70")), "data");
    assert_int_equal(value_count(found), 1);
    assert_string_equal(value_text_at(value_item(found, 0), "name"), "pip-web-01");
    found = value_get(want(&bench, 200, "POST", ARM, TARGET, WHOSE("203.0.113.1")), "data");
    assert_int_equal(value_count(found), 0);
    want(&bench, 400, "POST", ARM, TARGET, "{'query': 'resources | count'}");
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

// Rows that a page holds; the token of the next one, or NULL.
static const char *ask_page(struct bench *bench, const char *query, const char *options, size_t *rows)
{
    const struct value *answer =
        want(bench, 200, "POST", ARM, TARGET,
             arena_printf(bench->arena, "{'query': '%s', 'options': {%s}}", query, options));
    *rows = value_count(value_get(answer, "data"));
    assert_string_equal(value_text_at(answer, "resultTruncated"), *rows < 8 ? "false" : "true");
    return value_text_at(answer, "$skipToken");
}

static void goes_on_by_a_token(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    size_t rows, all = 0, whole;
    assert_null(ask_page(&bench, "resources | project id, name | take 5", "'$top': 1000", &rows));
    assert_int_equal(rows, 5);
    whole = value_count(value_get(
        want(&bench, 200, "POST", ARM, TARGET, "{'query': 'resources', 'options': {'$top': 1000}}"), "data"));
    const char *token = ask_page(&bench, "resources", "", &rows), *first = token;
    for (all = rows; token != NULL; all += rows)
        token = ask_page(&bench, "resources", arena_printf(bench.arena, "'$skipToken': '%s'", token), &rows);
    assert_int_equal(all, whole);
    assert_true(whole > 16);
    // Without ids there is no second page; a token is that of one query.
    assert_null(ask_page(&bench, "resources | project name", "'$top': 8", &rows));
    want(&bench, 400, "POST", ARM, TARGET,
         arena_printf(bench.arena, "{'query': 'resources | take 99', 'options': {'$skipToken': '%s'}}",
                      first));
    bench_close(&bench);
}

// Types, locations and groups stand in lower case there, and each stage works on what the last one left.
static void speaks_as_the_inventory_does(void **state)
{
    (void)state;
    static const char *const refused[] = {"resources | take 1 | where name =~ 'vm-batch-07'",
                                          "resources | project id | where name =~ 'vm-batch-07'",
                                          "resources | project id | project name",
                                          "resources | project ",
                                          "resources | where =~ 'x'",
                                          "resources | take 5x",
                                          "resources | take -1"};
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer = want(
        &bench, 200, "POST", ARM, TARGET,
        "{\"query\": \"resources | where type == 'microsoft.compute/virtualmachines' and resourceGroup == "
        "'rg-contoso-prod' | project id, type, resourceGroup, subscriptionId, tenantId\"}");
    const struct value *row = value_item(value_get(answer, "data"), 0);
    assert_int_equal(value_count(value_get(answer, "data")), 1);
    assert_true(text_ends(value_text_at(row, "id"), "/Microsoft.Compute/virtualMachines/vm-web-01"));
    assert_string_equal(value_text_at(row, "type"), "microsoft.compute/virtualmachines");
    assert_true(text_ends(PROD_SUB, value_text_at(row, "subscriptionId")));
    assert_string_equal(value_text_at(row, "tenantId"), LAB_TENANT);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        want(&bench, 400, "POST", ARM, TARGET, arena_printf(bench.arena, "{\"query\": \"%s\"}", refused[i]));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_an_own_address),
                                       cmocka_unit_test(goes_on_by_a_token),
                                       cmocka_unit_test(speaks_as_the_inventory_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
