// Resources in general: when they were made, what providers offer, export, deletion; and the locks that
// forbid it.
#include "harness.h"

#include "base/text.h"
#include "lab/operation.h"

#define API "?api-version=2021-04-01"
#define LOCK_API "?api-version=2020-05-01"
#define GROUP PROD_SUB "/resourceGroups/rg-tmp-9f2"
#define STORE GROUP "/providers/Microsoft.Storage/storageAccounts/st9f2out"
#define STORE_API "?api-version=2023-05-01"

static void tells_when_it_was_made(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list = want(&bench, 200, "GET", ARM, GROUP "/resources" API, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 3);
    assert_null(value_get(value_item(value_get(list, "value"), 0), "createdTime"));
    list = want(&bench, 200, "GET", ARM, GROUP "/resources" API "&$expand=createdTime,changedTime", NULL);
    const char *new = value_text_at(value_item(value_get(list, "value"), 0), "createdTime");
    list = want(&bench, 200, "GET", ARM,
                PROD_SUB "/resourceGroups/rg-soc/resources" API "&$expand=createdTime", NULL);
    const char *old = value_text_at(value_item(value_get(list, "value"), 0), "createdTime");
    assert_true(strcmp(old, new) < 0);
    assert_null(strstr(json_text(bench.arena, list), "\"_"));
    bench_close(&bench);
}

static void names_the_versions_of_a_provider(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *offers =
        want(&bench, 200, "GET", ARM, PROD_SUB "/providers/microsoft.storage" API, NULL);
    const struct value *type = value_item(value_get(offers, "resourceTypes"), 0);
    assert_string_equal(value_text_at(type, "resourceType"), "storageAccounts");
    assert_true(value_count(value_get(type, "apiVersions")) > 0);
    want(&bench, 404, "GET", ARM, PROD_SUB "/providers/Microsoft.Nothing" API, NULL);
    bench_close(&bench);
}

static void exports_and_deletes(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *url = PROD_SUB "/resourcegroups/rg-tmp-9f2/exportTemplate" API;
    want(&bench, 202, "POST", ARM, url, "{'resources': ['" STORE "'], 'options': 'SkipAllParameterization'}");
    want(&bench, 404, "POST", ARM, url, "{'resources': ['" STORE "x']}");
    want(&bench, 400, "POST", ARM, url, "{'resources': []}");
    want(&bench, 202, "POST", ARM, url, "{'resources': ['*']}");
    const char *location = NULL;
    for (size_t i = 0; i < bench.last.header_count; i++)
        if (strcmp(bench.last.headers[i].name, "Location") == 0)
            location = bench.last.headers[i].value;
    usleep((OPERATION_MS + 50) * 1000);
    const struct value *all = want(&bench, 200, "GET", ARM, strchr(location + strlen("https://"), '/'), NULL);
    assert_int_equal(value_count(value_at(all, "template.resources")), 3); // machine, disk, store
    want(&bench, 200, "DELETE", ARM, STORE STORE_API, NULL);
    want(&bench, 404, "GET", ARM, STORE STORE_API, NULL);
    want(&bench, 204, "DELETE", ARM, STORE STORE_API, NULL);
    // What lies beneath goes along, and nothing else.
    const char *account = PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/"
                                   "automationAccounts/aa-contoso-ops";
    want(&bench, 200, "DELETE", ARM, arena_printf(bench.arena, "%s?api-version=2023-11-01", account), NULL);
    want(&bench, 404, "GET", ARM,
         arena_printf(bench.arena, "%s/runbooks/Rotate-Logs?api-version=2023-11-01", account), NULL);
    want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 403, "POST", ARM, url, "{'resources': ['*']}");
    bench_close(&bench);
}

static void locks_hold_beneath_them(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const char *lock = GROUP "/providers/Microsoft.Authorization/locks/mine" LOCK_API;
    want(&bench, 400, "PUT", ARM, lock, "{'properties': {'level': 'Everything'}}");
    want(&bench, 400, "PUT", ARM, lock, "{'properties': {'notes': 'no level'}}");
    want(&bench, 201, "PUT", ARM, lock, "{'properties': {'level': 'CanNotDelete', 'notes': 'why'}}");
    assert_string_not_equal(before, digest_now(&bench));
    const struct value *answer = want(&bench, 409, "DELETE", ARM, STORE STORE_API, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "ScopeLocked");
    const char *stop = GROUP "/providers/Microsoft.Compute/virtualMachines/vm-9f2-0/deallocate"
                             "?api-version=2024-03-01";
    want(&bench, 200, "PUT", ARM, lock, "{'properties': {'level': 'ReadOnly'}}");
    want(&bench, 409, "POST", ARM, stop, NULL);
    want(&bench, 200, "GET", ARM, STORE STORE_API, NULL);
    // Seen from beneath and from above, but not from beside.
    // What is called so is no lock.
    static const char odd[] = GROUP "/providers/Microsoft.KeyVault/vaults/locks/accessPolicies/add" VAULT_API;
    want(&bench, 409, "PUT", ARM, odd, "{'properties': {'accessPolicies': []}}");
    const char *list = "/providers/Microsoft.Authorization/locks" LOCK_API;
    answer = want(&bench, 200, "GET", ARM, arena_printf(bench.arena, STORE "%s", list), NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 1);
    answer = want(&bench, 200, "GET", ARM, arena_printf(bench.arena, PROD_SUB "%s", list), NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 2);
    want(&bench, 200, "DELETE", ARM, lock, NULL);
    want(&bench, 204, "DELETE", ARM, lock, NULL);
    want(&bench, 404, "GET", ARM, lock, NULL);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 202, "POST", ARM, stop, NULL);
    bench_close(&bench);
}

static const char *tags_after(struct bench *bench, const char *operation, const char *tags)
{
    const struct value *now =
        want(bench, 200, "PATCH", ARM, STORE "/providers/Microsoft.Resources/tags/default" API,
             arena_printf(bench->arena, "{'operation': '%s', 'properties': {'tags': %s}}", operation, tags));
    return json_text(bench->arena, value_at(now, "properties.tags"));
}

static void tags_are_merged_replaced_and_deleted(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    assert_string_equal(tags_after(&bench, "Replace", "{'a': '1', 'b': '2'}"), "{\"a\":\"1\",\"b\":\"2\"}");
    assert_string_equal(tags_after(&bench, "merge", "{'b': '3', 'c': '4'}"),
                        "{\"a\":\"1\",\"b\":\"3\",\"c\":\"4\"}");
    assert_string_equal(tags_after(&bench, "Delete", "{'a': '1', 'b': '2'}"), "{\"b\":\"3\",\"c\":\"4\"}");
    want(&bench, 400, "PATCH", ARM, STORE "/providers/Microsoft.Resources/tags/default" API,
         "{'properties': {'tags': {}}}");
    want(&bench, 404, "PATCH", ARM, STORE "x/providers/Microsoft.Resources/tags/default" API,
         "{'operation': 'Merge', 'properties': {'tags': {}}}");
    bench_close(&bench);
}

// What stands at no subscription is changed by those who may, and costs are told of subscriptions.
static void the_root_is_not_open(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 403, "PUT", ARM, "/providers/Microsoft.Authorization/locks/mine" LOCK_API,
         "{'properties': {'level': 'ReadOnly'}}");
    want(
        &bench, 403, "PUT", ARM,
        "/providers/Microsoft.Authorization/roleAssignments/9f6a9d04-58c1-4b7e-8e3d-9c41f7a0b6d2"
        "?api-version=2022-04-01",
        "{'properties': {'roleDefinitionId': '/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'principalId': '" DANA
        "'}}");
    want(&bench, 403, "POST", ARM, "/providers/Microsoft.CostManagement/query?api-version=2023-11-01", "{}");
    want(&bench, 200, "GET", ARM, "/providers/Microsoft.Authorization/locks" LOCK_API, NULL);
    want(&bench, 200, "POST", ARM, "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
         "{'query': 'resources | take 1'}");
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

#define VM PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07"
#define CARD PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Network/networkInterfaces/nic-batch-07"

static void keeps_what_is_the_services_own(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 200, "PATCH", ARM, VM "?api-version=2024-03-01",
         "{'id': '/x', 'name': 'y', '_power': 'stopped', 'tags': {'a': 'b'}, 'properties': {'osProfile': "
         "{'adminPassword': 'Never-shown-1'}}}");
    const struct value *machine = want(&bench, 200, "GET", ARM, VM "?api-version=2024-03-01", NULL);
    assert_string_equal(value_text_at(machine, "id"), VM);
    assert_string_equal(value_text_at(machine, "name"), "vm-batch-07");
    assert_string_equal(value_text_at(machine, "tags.a"), "b");
    assert_null(strstr(json_text(bench.arena, machine), "Never-shown-1"));
    assert_null(value_get(estate_get(bench.core->estate, text_lower(bench.arena, VM)), "_power"));
    const struct value *answer = want(&bench, 400, "DELETE", ARM, CARD "?api-version=2024-05-01", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "NicInUse");
    bench_close(&bench);
}

static void a_cancelled_subscription_is_only_read_and_emptied(void **state)
{
    (void)state;
    static const char tags[] = STORE "/providers/Microsoft.Resources/tags/default" API;
    static const char merge[] = "{'operation': 'Merge', 'properties': {'tags': {'a': 'b'}}}";
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 200, "POST", ARM, PROD_SUB "/providers/Microsoft.Subscription/cancel?api-version=2021-10-01",
         NULL);
    const struct value *answer = want(&bench, 409, "PATCH", ARM, tags, merge);
    assert_string_equal(value_text_at(answer, "error.code"), "ReadOnlyDisabledSubscription");
    want(&bench, 200, "GET", ARM, tags, NULL);
    want(&bench, 200, "POST", ARM, PROD_SUB "/providers/Microsoft.Subscription/enable?api-version=2021-10-01",
         NULL);
    want(&bench, 200, "PATCH", ARM, tags, merge);
    want(&bench, 200, "POST", ARM, PROD_SUB "/providers/Microsoft.Subscription/cancel?api-version=2021-10-01",
         NULL);
    want(&bench, 200, "DELETE", ARM, STORE API, NULL);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tags_are_merged_replaced_and_deleted),
                                       cmocka_unit_test(tells_when_it_was_made),
                                       cmocka_unit_test(names_the_versions_of_a_provider),
                                       cmocka_unit_test(exports_and_deletes),
                                       cmocka_unit_test(locks_hold_beneath_them),
                                       cmocka_unit_test(the_root_is_not_open),
                                       cmocka_unit_test(keeps_what_is_the_services_own),
                                       cmocka_unit_test(a_cancelled_subscription_is_only_read_and_emptied)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
