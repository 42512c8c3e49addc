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

#define SITES GROUP "/providers/Microsoft.Web/sites"
#define SITE_API "?api-version=2023-12-01"

// A type that nobody built into the lab has the manners of all of Resource Manager.
static void any_other_type_is_put_and_patched(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    static const char site[] = SITES "/shop" SITE_API, folder[] = SITES SITE_API;
    const struct value *answer = want(&bench, 404, "GET", ARM, folder, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "InvalidResourceType");
    want(&bench, 404, "GET", ARM, PROD_SUB "/providers/Microsoft.Web" API, NULL);
    want(&bench, 404, "PATCH", ARM, site, "{'tags': {}}");
    answer = want(&bench, 400, "PUT", ARM, SITES "/shop", "{'location': 'westeurope'}");
    assert_string_equal(value_text_at(answer, "error.code"), "MissingApiVersionParameter");
    answer = want(&bench, 400, "PUT", ARM, site, "{'properties': {}}");
    assert_string_equal(value_text_at(answer, "error.code"), "LocationRequired");
    want(&bench, 400, "PUT", ARM, site, "{'location': 'westeurope', 'tags': {'a': 1}}");
    assert_string_equal(before, digest_now(&bench));

    answer =
        want(&bench, 201, "PUT", ARM, site,
             "{'id': '/x', 'location': 'westeurope', 'kind': 'app', 'tags': {'a': 'b'}, 'properties': "
             "{'provisioningState': 'Odd', 'httpsOnly': false, 'siteConfig': {'value': '1', 'x': null}}}");
    assert_string_equal(json_text(bench.arena, answer),
                        json_text(bench.arena, want(&bench, 200, "GET", ARM, site, NULL)));
    assert_string_equal(value_text_at(answer, "id"), SITES "/shop");
    assert_string_equal(value_text_at(answer, "type"), "Microsoft.Web/sites");
    assert_string_equal(value_text_at(answer, "properties.provisioningState"), "Succeeded");
    assert_null(value_at(answer, "properties.siteConfig.x"));
    assert_null(strstr(json_text(bench.arena, answer), "\"_"));
    char *made = digest_now(&bench);
    assert_string_not_equal(before, made);

    answer = want(&bench, 200, "PATCH", ARM, site,
                  "{'tags': {'a': null, 'c': 'd'}, 'properties': {'httpsOnly': true, 'siteConfig': {'value': "
                  "'2'}, 'provisioningState': null}, 'location': 'West Europe'}");
    assert_string_equal(json_text(bench.arena, value_get(answer, "tags")), "{\"c\":\"d\"}");
    char *patched = digest_now(&bench);
    want(&bench, 200, "PATCH", ARM, site, "{'properties': {'target': 'what its provider calls so'}}");
    assert_string_not_equal(patched, digest_now(&bench));
    assert_true(value_flag_at(answer, "properties.httpsOnly"));
    assert_string_equal(value_text_at(answer, "properties.siteConfig.value"), "2");
    assert_string_equal(value_text_at(answer, "properties.provisioningState"), "Succeeded");
    assert_string_equal(value_text_at(answer, "location"), "westeurope");
    answer = want(&bench, 409, "PATCH", ARM, site, "{'location': 'northeurope'}");
    assert_string_equal(value_text_at(answer, "error.code"), "InvalidResourceLocation");
    want(&bench, 200, "PUT", ARM, site,
         "{'location': 'westeurope', 'kind': 'app', 'tags': {'a': 'b'}, 'properties': {'httpsOnly': false, "
         "'siteConfig': {'value': '1'}}}");
    assert_string_equal(made, digest_now(&bench)); // replaced whole
    bench_close(&bench);
}

// Listed where it is, with its kind alone. Once there is none left, the type is known all the same, and the
// estate is as it was.
static void any_other_type_is_listed_and_deleted(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    static const char site[] = SITES "/shop" SITE_API;
    want(&bench, 201, "PUT", ARM, site, "{'location': 'westeurope'}");
    want(&bench, 201, "PUT", ARM, SITES "/shop/slots/next" SITE_API, "{'properties': {}}");
    want(&bench, 201, "PUT", ARM, SITES "/shop/slots/next/basic/ftp" SITE_API,
         "{'properties': {'allow': false}}");
    const struct value *answer =
        want(&bench, 404, "PUT", ARM, SITES "/none/slots/next" SITE_API, "{'properties': {}}");
    assert_string_equal(value_text_at(answer, "error.code"), "ParentResourceNotFound");
    want(&bench, 404, "GET", ARM, SITES "/none/slots" SITE_API, NULL);
    answer = want(&bench, 200, "GET", ARM, PROD_SUB "/providers/microsoft.web/Sites" SITE_API, NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 1);
    answer = want(&bench, 200, "GET", ARM, SITES "/shop/slots" SITE_API, NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 1);
    answer = want(&bench, 200, "GET", ARM, SITES "/shop/slots/next/basic" SITE_API, NULL);
    assert_string_equal(value_text_at(value_item(value_get(answer, "value"), 0), "type"),
                        "Microsoft.Web/sites/slots/basic");
    answer = want(&bench, 200, "GET", ARM,
                  GROUP "/resources" API "&$filter=resourceType%20eq%20'Microsoft.Web/sites'", NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 1);
    answer = want(&bench, 200, "GET", ARM, PROD_SUB "/providers/microsoft.web" API, NULL);
    assert_string_equal(value_text_at(answer, "namespace"), "Microsoft.Web");
    assert_int_equal(value_count(value_get(answer, "resourceTypes")), 3);

    want(&bench, 202, "DELETE", ARM, site, NULL);
    want(&bench, 204, "DELETE", ARM, site, NULL);
    want(&bench, 404, "GET", ARM, SITES "/shop/slots/next" SITE_API, NULL);
    answer = want(&bench, 200, "GET", ARM, SITES SITE_API, NULL);
    assert_int_equal(value_count(value_get(answer, "value")), 0);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void unregister_web(struct bench *bench)
{
    struct err err;
    struct value *names = value_list(bench->arena);
    value_append(bench->arena, names, value_string(bench->arena, "Microsoft.Web"));
    if (!estate_begin(bench->core->estate, true, &err))
        fail_msg("%s", err.message);
    estate_put(bench->core->estate, "lab/unregistered/4c37d899-9818-4152-8233-89cea195dbe7", names);
    if (!estate_end(bench->core->estate, &err))
        fail_msg("%s", err.message);
}

static void any_other_type_is_judged_as_every_change(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    static const char site[] = SITES "/shop" SITE_API, body[] = "{'location': 'westeurope'}";
    want(&bench, 404, "PUT", ARM, PROD_SUB "/resourceGroups/rg-none/providers/Microsoft.Web/sites/a" SITE_API,
         body);
    want(&bench, 404, "PUT", ARM, GROUP "/providers/web/sites/a" SITE_API, body);
    want(&bench, 400, "PUT", ARM, SITES "/a%2Fb" SITE_API, body);
    want(&bench, 405, "POST", ARM, site, body);
    want(&bench, 404, "POST", ARM, SITES "/shop/restart" SITE_API, NULL);
    want(&bench, 201, "PUT", ARM, site, body);
    unregister_web(&bench);
    const struct value *answer = want(&bench, 409, "PUT", ARM, site, body);
    assert_string_equal(value_text_at(answer, "error.code"), "MissingSubscriptionRegistration");
    want(&bench, 200, "POST", ARM, PROD_SUB "/providers/Microsoft.Web/register" API, NULL);
    want(&bench, 200, "PUT", ARM, site, body);
    static const char lock[] = SITES "/shop/providers/Microsoft.Authorization/locks/mine" LOCK_API;
    want(&bench, 201, "PUT", ARM, lock, "{'properties': {'level': 'ReadOnly'}}");
    want(&bench, 409, "PATCH", ARM, site, "{'tags': {'a': 'b'}}");
    want(&bench, 409, "DELETE", ARM, site, NULL);
    want(&bench, 200, "DELETE", ARM, lock, NULL);
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 200, "GET", ARM, site, NULL);
    answer = want(&bench, 403, "PATCH", ARM, site, "{'tags': {'a': 'b'}}");
    assert_non_null(strstr(value_text_at(answer, "error.message"), "'Microsoft.Web/sites/write'"));
    want(&bench, 403, "DELETE", ARM, site, NULL);
    bench_close(&bench);
}

// A type with rows of its own has these methods and no others.
static void types_of_their_own_stay_strict(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    static const char *const paths[] = {
        PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/networkSecurityGroups/x"
                 "?api-version=2024-01-01",
        PROD_SUB "/providers/Microsoft.Security/pricings/KeyVaults?api-version=2024-01-01",
        PROD_ID "/providers/Microsoft.Insights/diagnosticSettings/x?api-version=2021-05-01-preview",
        PROD_ID "/providers/Microsoft.Authorization/locks/x" LOCK_API,
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        want(&bench, 405, "PATCH", ARM, paths[i], "{'properties': {}}");
    want(&bench, 405, "PUT", ARM, VM "?api-version=2024-03-01", "{'location': 'westeurope'}");
    want(&bench, 405, "DELETE", ARM, PROD_ID "/providers/Microsoft.Resources/tags/default" API, NULL);
    assert_string_equal(before, digest_now(&bench));
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
                                       cmocka_unit_test(a_cancelled_subscription_is_only_read_and_emptied),
                                       cmocka_unit_test(any_other_type_is_put_and_patched),
                                       cmocka_unit_test(any_other_type_is_listed_and_deleted),
                                       cmocka_unit_test(any_other_type_is_judged_as_every_change),
                                       cmocka_unit_test(types_of_their_own_stay_strict)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
