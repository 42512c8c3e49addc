// What official clients of other languages and years ask, as they write it: Azure's command line, and the
// libraries of Debian.
#include "harness.h"

#include "base/text.h"

#define GROUP PROD_SUB "/resourceGroups/rg-contoso-prod"
#define EMPTY_PARENT                                                                                         \
    PROD_SUB "/resourcegroups/rg-contoso-prod/providers/Microsoft.KeyVault//vaults/kv-contoso-prod"
#define RESOURCES_API "?api-version=2021-04-01"
#define LOCK "/providers/Microsoft.Authorization/locks/keep?api-version=2016-09-01"

static size_t count(struct bench *bench, const char *host, const char *target)
{
    return value_count(value_get(want(bench, 200, "GET", host, target, NULL), "value"));
}

// A client that knows types by namespace, parent and type writes an empty parent.
static void an_empty_segment_is_none(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 200, "GET", ARM, EMPTY_PARENT VAULT_API, NULL);
    want(&bench, 204, "HEAD", ARM, EMPTY_PARENT "/" VAULT_API, NULL);
    const struct value *lock =
        want(&bench, 201, "PUT", ARM, EMPTY_PARENT LOCK, "{'properties': {'level': 'CanNotDelete'}}");
    assert_null(strstr(value_text_at(lock, "id"), "//"));
    want(&bench, 409, "DELETE", ARM, PROD_ID VAULT_API, NULL);
    want(&bench, 200, "DELETE", ARM, PROD_ID LOCK, NULL);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 200, "GET", ARM, "//subscriptions/?api-version=2020-01-01", NULL);
    bench_close(&bench);
}

static void takes_the_versions_of_older_clients(void **state)
{
    (void)state;
    static const struct {
        const char *host, *target;
    } cases[] = {
        {ARM, PROD_ID "?api-version=2016-10-01"},
        {ARM, PROD_ID "?api-version=2018-02-14"},
        {ARM, PROD_ID "?api-version=2021-06-01-preview"},
        {ARM, "/subscriptions?api-version=2018-06-01"},
        {ARM, PROD_SUB "/resources?api-version=2019-05-10"},
        {ARM, PROD_SUB "/providers/Microsoft.Authorization/locks?api-version=2015-01-01"},
        {ARM, PROD_SUB "/providers/Microsoft.Authorization/roleAssignments?api-version=2018-09-01-preview"},
        {ARM, PROD_SUB "/providers/Microsoft.Authorization/classicAdministrators?api-version=2015-06-01"},
        {ARM, PROD_SUB "/providers/Microsoft.Compute/locations/westeurope/providers/Microsoft.Quota/"
                       "quotas?api-version=2021-03-15-preview"},
        {ARM, PROD_SUB "/providers/Microsoft.Consumption/budgets?api-version=2019-10-01"},
        {ARM, LAB_WORKSPACE "?api-version=2020-10-01"},
        {ARM, GROUP "/providers/Microsoft.Network/networkSecurityGroups/nsg-web?api-version=2018-11-01"},
        {ARM, GROUP "/providers/Microsoft.Compute/disks?api-version=2019-07-01"},
        {ARM, GROUP "/providers/Microsoft.Compute/virtualMachines?api-version=2018-10-01"},
        {PROD_VAULT, "/secrets?api-version=2016-10-01"},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 200, "POST", ARM, PROD_SUB "/providers/Microsoft.Quota/register?api-version=2021-04-01",
         NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        want(&bench, 200, "GET", cases[i].host, cases[i].target, NULL);
    bench_close(&bench);
}

static void all_providers_are_listed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *path = PROD_SUB "/providers" RESOURCES_API, *last = "";
    size_t count = 0;
    while (path != NULL) {
        const struct value *page = want(&bench, 200, "GET", ARM, path, NULL),
                           *list = value_get(page, "value");
        for (size_t i = 0; i < value_count(list); i++, count++) {
            const char *name = value_text_at(value_item(list, i), "namespace");
            assert_true(strcasecmp(name, last) > 0);
            const char *own = arena_printf(bench.arena, PROD_SUB "/providers/%s" RESOURCES_API, name);
            assert_true(value_equal(value_item(list, i), want(&bench, 200, "GET", ARM, own, NULL)));
            last = name;
        }
        const char *link = value_text_at(page, "nextLink");
        path = link == NULL ? NULL : strstr(link, "/subscriptions/");
    }
    assert_true(count > 8); // more than a page
    bench_close(&bench);
}

static void lists_what_a_filter_asks_for(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
#define RESOURCES PROD_SUB "/resources?api-version=2021-04-01&$filter="
#define GROUPS PROD_SUB "/resourcegroups?api-version=2021-04-01&$filter="
    size_t all = count(&bench, ARM, GROUP "/resources?api-version=2021-04-01");
    assert_int_equal(count(&bench, ARM, RESOURCES "resourceGroup%20eq%20%27RG-contoso-prod%27"), all);
    assert_int_equal(count(&bench, ARM,
                           RESOURCES "substringof(%27contoso-p%27,%20name)%20and%20resourceType"
                                     "%20eq%20%27Microsoft.KeyVault/vaults%27"),
                     2);
    assert_int_equal(count(&bench, ARM,
                           RESOURCES
                           "tagname%20eq%20%27environment%27%20and%20tagvalue%20eq%20%27production%27"),
                     2);
    assert_true(count(&bench, ARM, RESOURCES "startswith(tagName,%27own%27)") > 1);
    // Not one that has the name of one tag and the value of another.
    assert_int_equal(
        count(&bench, ARM, RESOURCES "tagName%20eq%20%27owner%27%20and%20tagValue%20eq%20%27production%27"),
        0);
    size_t groups = count(&bench, ARM, PROD_SUB "/resourcegroups?api-version=2021-04-01");
    size_t owned = count(&bench, ARM,
                         GROUPS "tagName%20eq%20%27owner%27%20and%20tagValue%20eq%20"
                                "%27ines.keller@contoso.com%27");
    assert_true(owned > 0 && owned < groups);
    want(&bench, 400, "GET", ARM, GROUPS "name%20eq%20%27rg-soc%27", NULL);
    bench_close(&bench);
}

#define SERVICES "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any("

// By which Azure's command line finds an application's principal.
static void finds_by_any_of_a_list(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    assert_int_equal(count(&bench, GRAPH, SERVICES "c:c%20eq%20%27" LAB_CLIENT_ID "%27)"), 1);
    assert_int_equal(count(&bench, GRAPH, SERVICES "c:c%20eq%20%27" DANA "%27)"), 0);
    assert_int_equal(count(&bench, GRAPH, SERVICES "c:startswith(c,%277b1f0c52%27))"), 1);
    assert_int_equal(count(&bench, GRAPH,
                           "/v1.0/applications?$filter=passwordCredentials/any(p:p/displayName%20eq%20"
                           "%27deployment%27)%20and%20displayName%20eq%20%27Contoso%20Payroll%27"),
                     1);
    static const char *const broken[] = {"c:x%20eq%20%27a%27)", "c:c%20eq%20%27a%27", "c%20eq%20%27a%27)",
                                         ")", "c:cc%20eq%20%27a%27)"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        want(&bench, 400, "GET", GRAPH, arena_printf(bench.arena, SERVICES "%s", broken[i]), NULL);
    want(&bench, 400, "GET", GRAPH, "/v1.0/users?$filter=substringof(%27a%27,displayName)", NULL);
    want(&bench, 400, "GET", GRAPH, "/v1.0/me/ownedObjects", NULL);
    assert_non_null(strstr(value_text_at(bench.last.answer, "error.message"), "delegated"));
    bench_close(&bench);
}

// Members that are in the first version of Graph, and that clients take for granted.
static void shows_what_the_first_version_has(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *role = want(&bench, 200, "GET", GRAPH,
                                    "/v1.0/roleManagement/directory/roleDefinitions/"
                                    "62e90394-69f5-4237-9190-012177145e10",
                                    NULL);
    assert_null(value_get(role, "isPrivileged"));
    want(&bench, 400, "GET", GRAPH, "/v1.0/roleManagement/directory/roleDefinitions?$select=isPrivileged",
         NULL);
    const struct value *list =
        value_get(want(&bench, 200, "GET", GRAPH, "/v1.0/applications", NULL), "value");
    assert_true(value_count(list) > 0);
    for (size_t i = 0; i < value_count(list); i++)
        assert_true(value_is(value_get(value_item(list, i), "requiredResourceAccess"), VALUE_LIST));
    bench_close(&bench);
}

#define RUNBOOKS                                                                                             \
    PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/automationAccounts/"              \
             "aa-contoso-ops/"
#define TICKET PROD_SUB "/providers/Microsoft.Support/supportTickets/t1?api-version="

static void asks_no_more_than_is_described(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *hooks =
        value_get(want(&bench, 200, "GET", ARM, RUNBOOKS "webhooks?api-version=2015-10-31", NULL), "value");
    const char *name = value_text_at(value_item(hooks, 0), "name");
    char *hook = arena_printf(bench.arena, RUNBOOKS "webhooks/%s?api-version=2015-10-31", name);
    const struct value *answer =
        want(&bench, 200, "PATCH", ARM, hook, "{'properties': {'isEnabled': false}}");
    assert_false(value_flag_at(answer, "properties.isEnabled"));
    want(&bench, 400, "PUT", ARM, hook, "{'properties': {'isEnabled': true}}");
    want(&bench, 400, "PATCH", ARM, hook, "{'name': 'another', 'properties': {'isEnabled': true}}");
    static const char ticket[] =
        "{'properties': {'serviceId': 's', 'problemClassificationId': 'p', 'title': 't', 'description': 'd', "
        "'severity': 'minimal', 'contactDetails': {'firstName': 'a', 'lastName': 'b', "
        "'preferredContactMethod': 'email', 'primaryEmailAddress': 'a@contoso.com', 'preferredTimeZone': "
        "'UTC', 'country': 'NLD', 'preferredSupportLanguage': 'en-US'}}}";
    want(&bench, 400, "PUT", ARM, TICKET "2024-04-01", ticket);
    want(&bench, 200, "PUT", ARM, TICKET "2020-04-01", ticket);
    // Of the whole directory, not in a group that has the name of the type.
    answer = want(&bench, 404, "GET", ARM,
                  "/providers/Microsoft.Security/assessmentMetadata/a?api-version=2021-06-01", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "ResourceNotFound");
    bench_close(&bench);
}

#define SHAPE "/metadata/endpoints?api-version="

// Asked before any sign-in, to learn where that is.
static void tells_everybody_where_its_cloud_is(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer = send_raw(&bench, NULL, "GET", ARM, SHAPE "2022-09-01", NULL);
    assert_string_equal(value_text_at(answer, "resourceManager"), "https://" ARM "/");
    assert_string_equal(value_text_at(answer, "suffixes.keyVaultDns"), "vault.azure.net");
    answer = send_raw(&bench, NULL, "GET", ARM, SHAPE "2019-05-01", NULL);
    assert_string_equal(value_text_at(value_item(answer, 0), "name"), "AzureCloud");
    answer = send_raw(&bench, NULL, "GET", ARM, SHAPE "2015-01-01", NULL);
    assert_string_equal(value_text_at(answer, "authentication.loginEndpoint"), "https://" LOGIN "/");
    send_raw(&bench, NULL, "GET", ARM, "/subscriptions?api-version=2020-01-01", NULL);
    assert_int_equal(bench.last.status, 401);
    bench_close(&bench);
}

static void lists_the_resources_of_a_type(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        size_t count;
    } cases[] = {
        {PROD_SUB "/providers/Microsoft.Compute/disks?api-version=2023-10-02", 3},
        {GROUP "/providers/Microsoft.Compute/disks?api-version=2023-10-02", 1},
        {GROUP "/providers/Microsoft.Compute/snapshots?api-version=2023-10-02", 0},
        {GROUP "/providers/Microsoft.Network/networkInterfaces?api-version=2023-05-01", 2},
        {PROD_SUB "/providers/Microsoft.Storage/storageAccounts?api-version=2022-09-01", 1},
        {PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/"
                  "automationAccounts?api-version=2022-08-08",
         1},
        {GROUP "/providers/Microsoft.Automation/automationAccounts?api-version=2022-08-08", 0},
        {PROD_SUB "/providers/Microsoft.OperationalInsights/workspaces?api-version=2022-10-01", 1},
        {"/subscriptions/4bdad6d8-0ca1-4008-be5f-f128e988c706/providers/Microsoft.ContainerService/"
         "managedClusters?api-version=2024-02-01",
         1},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (count(&bench, ARM, cases[i].target) != cases[i].count)
            fail_msg("%s: %zu", cases[i].target, count(&bench, ARM, cases[i].target));
    // An item is what is shown alone.
    const struct value *list =
        want(&bench, 200, "GET", ARM,
             GROUP "/providers/Microsoft.Network/networkSecurityGroups?api-version=2023-05-01", NULL);
    const struct value *group = value_item(value_get(list, "value"), 0);
    const struct value *last = value_at(group, "properties.defaultSecurityRules");
    assert_int_equal(value_count(last), 6); // clients append them to the group's own
    assert_string_equal(value_text_at(value_item(last, 2), "properties.access"), "Deny");
    const char *id = value_text_at(group, "id");
    assert_non_null(id);
    assert_true(value_equal(group, want(&bench, 200, "GET", ARM,
                                        arena_printf(bench.arena, "%s?api-version=2023-05-01", id), NULL)));
    want(&bench, 404, "GET", ARM,
         PROD_SUB "/resourceGroups/rg-none/providers/Microsoft.Compute/disks?api-version=2023-10-02", NULL);
    want(&bench, 404, "GET", ARM, PROD_SUB "/providers/Microsoft.Compute/galleries?api-version=2023-07-03",
         NULL);
    bench_close(&bench);
}

// The details of machines are asked for by what each is connected to.
static void every_machine_has_a_network_profile(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    size_t seen = 0;
    const struct value *all = value_get(
        want(&bench, 200, "GET", ARM, "/subscriptions?api-version=2020-01-01&$top=100", NULL), "value");
    for (size_t i = 0; i < value_count(all); i++) {
        const char *id = value_text_at(value_item(all, i), "id");
        char *target = arena_printf(
            bench.arena, "%s/providers/Microsoft.Compute/virtualMachines?api-version=2022-08-01", id);
        const struct value *machines = value_get(want(&bench, 200, "GET", ARM, target, NULL), "value");
        for (size_t m = 0; m < value_count(machines); m++, seen++)
            assert_true(
                value_is(value_at(value_item(machines, m), "properties.networkProfile.networkInterfaces"),
                         VALUE_LIST));
    }
    assert_true(seen > 8);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_segment_is_none),
        cmocka_unit_test(takes_the_versions_of_older_clients),
        cmocka_unit_test(all_providers_are_listed),
        cmocka_unit_test(lists_what_a_filter_asks_for),
        cmocka_unit_test(finds_by_any_of_a_list),
        cmocka_unit_test(shows_what_the_first_version_has),
        cmocka_unit_test(asks_no_more_than_is_described),
        cmocka_unit_test(tells_everybody_where_its_cloud_is),
        cmocka_unit_test(lists_the_resources_of_a_type),
        cmocka_unit_test(every_machine_has_a_network_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
