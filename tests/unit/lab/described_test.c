// What the official descriptions of the APIs and the official clients demand beyond the playbooks' own needs:
// bounds, types, shapes of entries, errors, options that are never ignored.
#include "harness.h"

#include "base/text.h"

#define NEW_ID PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.KeyVault/vaults/kv-new"
#define PURGE PROD_SUB "/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-new"
#define INVENTORY "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"

static const char *header(const struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->last.header_count; i++)
        if (text_same(bench->last.headers[i].name, name))
            return bench->last.headers[i].value;
    return NULL;
}

static void refused(struct bench *bench, const char *code, const char *method, const char *host,
                    const char *target, const char *body)
{
    char *before = digest_now(bench);
    const struct value *answer = want(bench, 400, method, host, target, body);
    assert_string_equal(value_text_at(answer, "error.code"), code);
    assert_string_equal(before, digest_now(bench));
}

static void pages_have_bounds_and_owners(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    static const char *const sizes[] = {"0", "-1", "26", "x", "", "99999999999"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        refused(&bench, "BadParameter", "GET", PROD_VAULT,
                arena_printf(bench.arena, "/secrets" DATA_API "&maxresults=%s", sizes[i]), NULL);
    want(&bench, 200, "GET", PROD_VAULT, "/secrets" DATA_API "&maxresults=25", NULL);
    refused(&bench, "BadParameter", "GET", PROD_VAULT, "/secrets/no_name" DATA_API, NULL);
    want(&bench, 404, "GET", PROD_VAULT, "/secrets/no-name" DATA_API, NULL);
    refused(&bench, "Request_BadRequest", "GET", GRAPH, "/v1.0/users?$top=1000", NULL);
    refused(&bench, "BadRequest", "GET", ARM, "/subscriptions?api-version=2022-12-01&$top=0", NULL);
    // A link is followed where it leads, whatever the case of its host, and nowhere else.
    const struct value *page =
        want(&bench, 200, "GET", PROD_VAULT, "/secrets" DATA_API "&maxresults=2", NULL);
    const char *path = strstr(value_text_at(page, "nextLink"), "/secrets?");
    want(&bench, 200, "GET", PROD_VAULT ":443", path, NULL);
    want(&bench, 200, "GET", "KV-Contoso-Prod.vault.azure.net", path, NULL);
    refused(&bench, "BadParameter", "GET", "kv-contoso-dev.vault.azure.net", path, NULL);
    refused(&bench, "BadParameter", "GET", PROD_VAULT, "/secrets" DATA_API "&$skiptoken=@@@@", NULL);
    bench_close(&bench);
}

static void types_are_those_described(void **state)
{
    (void)state;
    static const struct {
        const char *method, *host, *target, *body, *code;
    } cases[] = {
        {"PUT", PROD_VAULT, "/secrets/a" DATA_API, "{'value': 1}", "BadParameter"},
        {"PUT", PROD_VAULT, "/secrets/a" DATA_API, "{'value': 'x', 'tags': {'a': 1}}", "BadParameter"},
        {"PUT", PROD_VAULT, "/secrets/a" DATA_API, "{'value': 'x', 'attributes': {'exp': 'soon'}}",
         "BadParameter"},
        {"PATCH", PROD_VAULT, "/secrets/sql-prod-connection" DATA_API, "{'attributes': {'enabled': 'no'}}",
         "BadParameter"},
        {"POST", PROD_VAULT, "/keys/a/create" DATA_API, "{'kty': 'EC', 'crv': 'P-1'}", "BadParameter"},
        {"POST", PROD_VAULT, "/keys/a/create" DATA_API, "{'kty': 'RSA', 'key_ops': ['fly']}", "BadParameter"},
        {"POST", PROD_VAULT, "/certificates/a/create" DATA_API,
         "{'policy': {'issuer': {'name': 'Self'}, 'key_props': {'exportable': 'yes'}}}", "BadParameter"},
        {"PATCH", PROD_VAULT, "/certificates/wildcard-contoso-com/policy" DATA_API,
         "{'lifetime_actions': [{'trigger': {'lifetime_percentage': 100}}]}", "BadParameter"},
        {"PATCH", ARM, PROD_ID VAULT_API, "{'properties': []}", "InvalidRequestContent"},
        {"PATCH", ARM, PROD_ID VAULT_API, "{'properties': {'publicNetworkAccess': 'Maybe'}}",
         "InvalidRequestContent"},
        {"PATCH", ARM, PROD_ID VAULT_API,
         "{'properties': {'accessPolicies': [{'tenantId': '" LAB_TENANT "', 'objectId': '" DANA "'}]}}",
         "BadRequest"},
        {"PUT", ARM, PROD_ID "/accessPolicies/add" VAULT_API,
         "{'properties': {'accessPolicies': [{'tenantId': '" LAB_TENANT "', 'objectId': '" DANA
         "', 'permissions': {'secrets': ['fly']}}]}}",
         "InvalidRequestContent"},
        {"PUT", ARM, NEW_ID VAULT_API,
         "{'location': 'westeurope', 'properties': {'tenantId': '" LAB_TENANT "', 'sku': {}}}", "BadRequest"},
        {"PATCH", GRAPH, "/v1.0/users/" DANA, "{'accountEnabled': 'false'}", "Request_BadRequest"},
        {"POST", ARM, INVENTORY, "{'query': 'resources', 'options': {'$top': 'x'}}", "InvalidRequestContent"},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refused(&bench, cases[i].code, cases[i].method, cases[i].host, cases[i].target, cases[i].body);
    bench_close(&bench);
}

static void deleted_entries_are_items(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 200, "DELETE", PROD_VAULT, "/keys/data-encryption" DATA_API, NULL);
    const struct value *item = value_item(
        value_get(want(&bench, 200, "GET", PROD_VAULT, "/deletedkeys" DATA_API, NULL), "value"), 0);
    assert_string_equal(value_text_at(item, "kid"), "https://" PROD_VAULT "/keys/data-encryption");
    assert_string_equal(value_text_at(item, "recoveryId"),
                        "https://" PROD_VAULT "/deletedkeys/data-encryption");
    assert_null(value_get(item, "key"));
    want(&bench, 200, "DELETE", PROD_VAULT, "/certificates/wildcard-contoso-com" DATA_API, NULL);
    item = value_item(
        value_get(want(&bench, 200, "GET", PROD_VAULT, "/deletedcertificates" DATA_API, NULL), "value"), 0);
    assert_string_equal(value_text_at(item, "id"),
                        "https://" PROD_VAULT "/certificates/wildcard-contoso-com");
    assert_null(value_get(item, "policy"));
    assert_non_null(value_get(item, "x5t"));
    bench_close(&bench);
}

static void a_certificate_waits_for_its_issuer(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 202, "POST", PROD_VAULT, "/certificates/outside/create" DATA_API,
         "{'policy': {'issuer': {'name': 'Unknown'}, 'x509_props': {'subject': 'CN=o'}}}");
    const struct value *shown = want(&bench, 200, "GET", PROD_VAULT, "/certificates/outside" DATA_API, NULL);
    assert_false(value_flag_at(shown, "attributes.enabled"));
    assert_null(value_get(shown, "cer"));
    assert_null(value_get(shown, "sid"));
    const struct value *list = want(&bench, 200, "GET", PROD_VAULT, "/certificates" DATA_API, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    list = want(&bench, 200, "GET", PROD_VAULT, "/certificates" DATA_API "&includePending=true", NULL);
    assert_int_equal(value_count(value_get(list, "value")), 2);
    const struct value *answer =
        want(&bench, 404, "GET", PROD_VAULT, "/certificates/outside/0123" DATA_API, NULL);
    assert_non_null(strstr(value_text_at(answer, "error.message"), "outside/0123"));
    want(&bench, 404, "PATCH", PROD_VAULT, "/certificates/outside" DATA_API, "{'tags': {}}");
    want(&bench, 200, "DELETE", PROD_VAULT, "/certificates/outside/pending" DATA_API, NULL);
    want(&bench, 404, "GET", PROD_VAULT, "/certificates/outside" DATA_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void a_policy_is_whole(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 202, "POST", PROD_VAULT, "/certificates/small/create" DATA_API,
         "{'policy': {'issuer': {'name': 'Self'}, 'key_props': {'kty': 'EC', 'crv': 'P-256'}, 'x509_props': "
         "{'subject': 'CN=s', 'validity_months': 6}}}");
    const struct value *policy =
        want(&bench, 200, "GET", PROD_VAULT, "/certificates/small/policy" DATA_API, NULL);
    assert_string_equal(value_text_at(policy, "secret_props.contentType"), "application/x-pkcs12");
    assert_string_equal(value_text_at(policy, "key_props.kty"), "EC");
    assert_null(value_at(policy, "key_props.key_size"));
    assert_string_equal(value_text_at(policy, "x509_props.subject"), "CN=s");
    assert_int_equal(value_int_at(policy, "x509_props.validity_months", 0), 6);
    assert_int_equal(value_count(value_at(policy, "x509_props.key_usage")), 2);
    assert_int_equal(value_count(value_get(policy, "lifetime_actions")), 1);
    assert_true(value_flag_at(policy, "attributes.enabled"));
    bench_close(&bench);
}

static void curves_are_kept(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *key =
        want(&bench, 200, "POST", PROD_VAULT, "/keys/curve/create" DATA_API, "{'kty': 'EC', 'crv': 'P-521'}");
    assert_int_equal(strlen(value_text_at(key, "key.x")), 88); // 66 bytes
    assert_int_equal(value_count(value_at(key, "key.key_ops")), 2);
    key = want(&bench, 200, "POST", PROD_VAULT, "/keys/curve/rotate" DATA_API, NULL);
    assert_string_equal(value_text_at(key, "key.crv"), "P-521");
    bench_close(&bench);
}

static void arm_answers_as_described(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 204, "HEAD", ARM, PROD_SUB "/resourceGroups/rg-contoso-prod?api-version=2021-04-01", NULL);
    want(&bench, 404, "HEAD", ARM, PROD_SUB "/resourceGroups/rg-none?api-version=2021-04-01", NULL);
    const struct value *answer =
        want(&bench, 404, "GET", ARM,
             PROD_SUB "/resourceGroups/rg-none/providers/Microsoft.KeyVault/vaults/a" VAULT_API, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "ResourceGroupNotFound");
    answer = want(&bench, 200, "GET", ARM, "/subscriptions?api-version=2022-12-01", NULL);
    assert_string_equal(value_text_at(answer, "nextLink"), "");
    answer = want(&bench, 200, "GET", ARM, "/tenants?api-version=2022-12-01", NULL);
    assert_string_equal(value_text_at(answer, "nextLink"), "");
    want(&bench, 405, "POST", ARM, PROD_ID VAULT_API, NULL);
    assert_string_equal(header(&bench, "Allow"), "GET, PATCH, PUT, DELETE");
    // Insights' own errors have no envelope; those in front of it have.
    answer = want(
        &bench, 400, "GET", ARM,
        PROD_SUB "/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01", NULL);
    assert_string_equal(value_text_at(answer, "code"), "BadRequest");
    answer = want(&bench, 400, "GET", ARM,
                  PROD_SUB "/providers/Microsoft.Insights/eventtypes/management/values", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "MissingApiVersionParameter");
    want(&bench, 200, "GET", ARM,
         PROD_SUB "/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version="
                  "2020-10-01&$filter=asTarget()",
         NULL);
    send_raw(&bench, NULL, "GET", GRAPH, "/v1.0/users", NULL);
    assert_true(text_starts(header(&bench, "WWW-Authenticate"), "Bearer "));
    bench_close(&bench);
}

#define ACCOUNT                                                                                              \
    PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/automationAccounts/"              \
             "aa-contoso-ops"
#define STORED PROD_SUB "/resourceGroups/rg-tmp-9f2/providers/Microsoft.Storage/storageAccounts/st9f2out"

// By which the newest clients, and older ones, ask.
static void knows_versions_of_clients(void **state)
{
    (void)state;
    static const struct {
        const char *host, *target;
    } cases[] = {
        {PROD_VAULT, "/secrets?api-version=7.6"},
        {PROD_VAULT, "/secrets?api-version=2025-07-01"},
        {PROD_VAULT, "/secrets?api-version=2026-04-01"},
        {ARM, PROD_SUB "/providers/Microsoft.Automation/automationAccounts?api-version=2015-10-31"},
        {ARM, ACCOUNT "/runbooks?api-version=2018-06-30"},
        {ARM, ACCOUNT "/jobs?api-version=2017-05-15-preview"},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        want(&bench, 200, "GET", cases[i].host, cases[i].target, NULL);
    want(&bench, 400, "GET", PROD_VAULT, "/secrets?api-version=2024-04-01", NULL);
    bench_close(&bench);
}

static void providers_answer_as_described(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    // Errors of Automation have no envelope, and its list of jobs is thin.
    const struct value *answer =
        want(&bench, 404, "GET", ARM, ACCOUNT "/runbooks/none?api-version=2023-11-01", NULL);
    assert_string_equal(value_text_at(answer, "code"), "NotFound");
    answer = value_item(
        value_get(want(&bench, 200, "GET", ARM, ACCOUNT "/jobs?api-version=2023-11-01", NULL), "value"), 0);
    assert_null(value_at(answer, "properties.startedBy"));
    answer = want(
        &bench, 200, "GET", ARM,
        arena_printf(bench.arena, ACCOUNT "/jobs/%s?api-version=2023-11-01", value_text_at(answer, "name")),
        NULL);
    assert_non_null(value_text_at(answer, "properties.startedBy"));
    // As the clients of Log Analytics write the id of a resource: found, and then asked for its query.
    answer = want(&bench, 400, "POST", "api.loganalytics.io", "/v1/" LAB_WORKSPACE "/query", "{}");
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "MissingQueryError");
    // What is deleted at once, and what was not there.
    want(&bench, 200, "DELETE", ARM, STORED "?api-version=2023-05-01", NULL);
    want(&bench, 204, "DELETE", ARM, STORED "?api-version=2023-05-01", NULL);
    want(&bench, 404, "DELETE", ARM,
         PROD_SUB "/providers/Microsoft.Consumption/budgets/none?api-version=2023-11-01", NULL);
    static const char rule[] =
        PROD_SUB "/providers/Microsoft.Security/alertsSuppressionRules/noise?api-version=2019-01-01-preview";
    want(&bench, 200, "PUT", ARM, rule,
         "{'properties': {'alertType': 'DNS_*', 'reason': 'Noise', 'state': 'Enabled'}}");
    want(&bench, 204, "DELETE", ARM, rule, NULL);
    want(&bench, 404, "GET", ARM, rule, NULL);
    bench_close(&bench);
}

static void no_option_is_ignored(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list = value_get(
        want(&bench, 200, "GET", ARM,
             PROD_SUB "/resources?api-version=2015-11-01&$filter=resourceType%20eq%20%27Microsoft.KeyVault/"
                      "vaults%27",
             NULL),
        "value");
    assert_int_equal(value_count(list), 3);
    refused(&bench, "InvalidFilterInQueryString", "GET", ARM,
            PROD_SUB "/resources?api-version=2021-04-01&$filter=identity%20eq%20%27a%27", NULL);
    static const char *const options[] = {"$search=x", "$orderby=displayName", "$expand=manager", "$skip=1"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        refused(&bench, "Request_UnsupportedQuery", "GET", GRAPH,
                arena_printf(bench.arena, "/v1.0/users?%s", options[i]), NULL);
    const struct value *users = want(&bench, 200, "GET", GRAPH, "/v1.0/users?$count=true&$top=2", NULL);
    assert_int_equal(value_count(value_get(users, "value")), 2);
    assert_true(value_get(users, "@odata.count")->integer > 2);
    bench_close(&bench);
}

static void inventory_goes_in_pages_and_tables(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    int64_t total = value_int_at(want(&bench, 200, "POST", ARM, INVENTORY, "{'query': 'resources'}"),
                                 "totalRecords", 0),
            seen = 0;
    const char *token = NULL;
    do {
        const struct value *page =
            want(&bench, 200, "POST", ARM, INVENTORY,
                 arena_printf(bench.arena, "{'query': 'resources', 'options': {'$top': 4%s%s%s}}",
                              token == NULL ? "" : ", '$skipToken': '", token == NULL ? "" : token,
                              token == NULL ? "" : "'"));
        seen += value_int_at(page, "count", 0);
        token = value_text(value_get(page, "$skipToken"));
        assert_string_equal(value_text_at(page, "resultTruncated"), token == NULL ? "false" : "true");
    } while (token != NULL);
    assert_true(total > 4);
    assert_int_equal(seen, total);
    const struct value *table =
        want(&bench, 200, "POST", ARM, INVENTORY,
             "{'query': 'resources | project id, name', 'options': {'$top': 2, 'resultFormat': 'table'}}");
    assert_int_equal(value_count(value_at(table, "data.columns")), 2);
    assert_int_equal(value_count(value_at(table, "data.rows")), 2);
    bench_close(&bench);
}

static void contexts_say_what_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *context;
    } cases[] = {
        {"GET", "/v1.0/directoryObjects/" DANA, "directoryObjects/$entity"},
        {"GET", "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
         "roleManagement/directory/roleAssignmentScheduleInstances"},
        {"GET", "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
         "policies/identitySecurityDefaultsEnforcementPolicy/$entity"},
        {"DELETE", "/v1.0/users/" DANA, NULL},
        {"GET", "/v1.0/directory/deletedItems/" DANA, "directoryObjects/$entity"},
        {"POST", "/v1.0/directory/deletedItems/" DANA "/restore", "directoryObjects/$entity"},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *answer =
            want(&bench, cases[i].context == NULL ? 204 : 200, cases[i].method, GRAPH, cases[i].target, NULL);
        const char *context = value_text(value_get(answer, "@odata.context"));
        assert_true(cases[i].context == NULL || (context != NULL && text_ends(context, cases[i].context)));
    }
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void purges_a_vault(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 201, "PUT", ARM, NEW_ID VAULT_API,
         "{'location': 'westeurope', 'properties': {'tenantId': '" LAB_TENANT
         "', 'sku': {'family': 'A', 'name': 'standard'}, 'accessPolicies': [{'tenantId': '" LAB_TENANT
         "', 'objectId': '" LAB_OBJECT_ID "', 'permissions': {'secrets': ['set']}}]}}");
    want(&bench, 200, "PUT", "kv-new.vault.azure.net", "/secrets/a" DATA_API, "{'value': 'x'}");
    want(&bench, 200, "DELETE", ARM, NEW_ID VAULT_API, NULL);
    want(&bench, 200, "POST", ARM, PURGE "/purge" VAULT_API, NULL);
    want(&bench, 404, "POST", ARM, PURGE "/purge" VAULT_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_have_bounds_and_owners),
        cmocka_unit_test(types_are_those_described),
        cmocka_unit_test(deleted_entries_are_items),
        cmocka_unit_test(a_certificate_waits_for_its_issuer),
        cmocka_unit_test(a_policy_is_whole),
        cmocka_unit_test(curves_are_kept),
        cmocka_unit_test(arm_answers_as_described),
        cmocka_unit_test(knows_versions_of_clients),
        cmocka_unit_test(providers_answer_as_described),
        cmocka_unit_test(no_option_is_ignored),
        cmocka_unit_test(inventory_goes_in_pages_and_tables),
        cmocka_unit_test(contexts_say_what_is_shown),
        cmocka_unit_test(purges_a_vault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
