// Vaults: reading, network rules as a whole, access policies, soft delete; and the digest as their judge.
#include "harness.h"

#include "base/text.h"

static void reads_and_lists_in_pages(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *vault = want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_string_equal(value_text_at(vault, "properties.vaultUri"),
                        "https://kv-contoso-prod.vault.azure.net/");
    assert_string_equal(value_text_at(vault, "properties.networkAcls.defaultAction"), "Allow");
    const struct value *first = want(
        &bench, 200, "GET", ARM, PROD_SUB "/providers/Microsoft.KeyVault/vaults" VAULT_API "&$top=2", NULL);
    assert_int_equal(value_count(value_get(first, "value")), 2);
    const char *link = value_text_at(first, "nextLink");
    assert_non_null(link);
    assert_true(text_starts(link, "https://" ARM "/"));
    const struct value *second = want(&bench, 200, "GET", ARM, link + strlen("https://" ARM), NULL);
    assert_int_equal(value_count(value_get(second, "value")), 1);
    assert_null(value_get(second, "nextLink"));
    bench_close(&bench);
}

static void judges_requests(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer = send_raw(&bench, NULL, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 401);
    assert_string_equal(value_text_at(answer, "error.code"), "AuthenticationFailed");
    answer = want(&bench, 400, "GET", ARM, PROD_ID, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "MissingApiVersionParameter");
    answer = want(&bench, 400, "GET", ARM, PROD_ID "?api-version=1999-01-01", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "InvalidApiVersionParameter");
    want(&bench, 405, "POST", ARM, PROD_ID VAULT_API, "{}");
    answer = want(&bench, 404, "GET", ARM, PROD_ID "-none" VAULT_API, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "ResourceNotFound");
    answer = want(&bench, 404, "GET", ARM,
                  "/subscriptions/00000000-0000-4000-8000-000000000000?api-version=2022-12-01", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "SubscriptionNotFound");
    char *graph = sign_in(&bench, "https://graph.microsoft.com");
    answer = send_raw(&bench, graph, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 401);
    assert_string_equal(value_text_at(answer, "error.code"), "InvalidAuthenticationTokenAudience");
    answer = send_raw(&bench, NULL, "GET", "elsewhere.example", "/", NULL);
    assert_int_equal(bench.last.status, 421);
    bench_close(&bench);
}

static void refuses_what_roles_do_not_allow(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    char *before = digest_now(&bench);
    want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    const struct value *answer = want(&bench, 403, "PATCH", ARM, PROD_ID VAULT_API,
                                      "{'properties': {'publicNetworkAccess': 'Disabled'}}");
    assert_string_equal(value_text_at(answer, "error.code"), "AuthorizationFailed");
    want(&bench, 403, "PATCH", GRAPH, "/v1.0/users/" DANA, "{'accountEnabled': false}");
    want(&bench, 403, "GET", PROD_VAULT, "/secrets/sql-prod-connection" DATA_API, NULL);
    want(&bench, 200, "GET", PROD_VAULT, "/secrets" DATA_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void replaces_network_rules_as_a_whole(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *old =
        value_at(want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL), "properties.networkAcls");
    const struct value *changed = want(
        &bench, 200, "PATCH", ARM, PROD_ID VAULT_API,
        "{'properties': {'networkAcls': {'defaultAction': 'Deny', 'ipRules': [{'value': '203.0.113.7'}]}}}");
    const struct value *acls = value_at(changed, "properties.networkAcls");
    assert_int_equal(value_count(value_get(acls, "ipRules")), 1);
    assert_string_equal(value_text_at(value_item(value_get(acls, "ipRules"), 0), "value"), "203.0.113.7/32");
    assert_int_equal(value_count(value_get(acls, "virtualNetworkRules")), 0);
    assert_string_equal(value_text_at(acls, "bypass"), "AzureServices");
    assert_string_not_equal(before, digest_now(&bench));
    // The caller's own address was not in the rules.
    const struct value *answer = want(&bench, 403, "GET", PROD_VAULT, "/secrets" DATA_API, NULL);
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "ForbiddenByFirewall");
    want(&bench, 200, "PATCH", ARM, PROD_ID VAULT_API,
         arena_printf(bench.arena, "{\"properties\": {\"networkAcls\": %s}}", json_text(bench.arena, old)));
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "PATCH", ARM, PROD_ID VAULT_API,
         "{'properties': {'networkAcls': {'ipRules': [{'value': 'anywhere'}]}}}");
    bench_close(&bench);
}

static const struct value *policy_of(const struct value *vault, const char *oid)
{
    const struct value *list = value_at(vault, "properties.accessPolicies");
    for (size_t i = 0; i < value_count(list); i++)
        if (text_same(value_text_at(value_item(list, i), "objectId"), oid))
            return value_item(list, i);
    return NULL;
}

static void adds_and_removes_policies(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *vault = want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    const struct value *entry = policy_of(vault, DANA);
    assert_non_null(entry);
    size_t count = value_count(value_at(vault, "properties.accessPolicies"));
    char *body = arena_printf(bench.arena, "{\"properties\": {\"accessPolicies\": [%s]}}",
                              json_text(bench.arena, entry));
    want(&bench, 200, "PUT", ARM, PROD_ID "/accessPolicies/remove" VAULT_API, body);
    vault = want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_null(policy_of(vault, DANA));
    assert_int_equal(value_count(value_at(vault, "properties.accessPolicies")), count - 1);
    want(&bench, 200, "PUT", ARM, PROD_ID "/accessPolicies/add" VAULT_API, body);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 200, "PUT", ARM, PROD_ID "/accessPolicies/replace" VAULT_API,
         "{'properties': {'accessPolicies': [{'tenantId': '" LAB_TENANT "', 'objectId': '" DANA
         "', 'permissions': {'secrets': ['list']}}]}}");
    vault = want(&bench, 200, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(value_count(value_at(policy_of(vault, DANA), "permissions.secrets")), 1);
    assert_null(value_at(policy_of(vault, DANA), "permissions.keys"));
    assert_string_not_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void deletes_and_recovers(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 200, "DELETE", ARM, PROD_ID VAULT_API, NULL);
    want(&bench, 404, "GET", ARM, PROD_ID VAULT_API, NULL);
    want(&bench, 200, "GET", ARM,
         PROD_SUB
         "/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-contoso-prod" VAULT_API,
         NULL);
    const char *create = "{'location': 'westeurope', 'properties': {'tenantId': '" LAB_TENANT
                         "', 'sku': {'family': 'A', 'name': 'standard'}, 'accessPolicies': []}}";
    want(&bench, 409, "PUT", ARM, PROD_ID VAULT_API, create);
    static const char elsewhere[] =
        PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.KeyVault/vaults/kv-contoso-prod" VAULT_API;
    want(&bench, 404, "PUT", ARM, elsewhere,
         "{'location': 'westeurope', 'properties': {'createMode': 'recover'}}");
    want(&bench, 201, "PUT", ARM, PROD_ID VAULT_API,
         "{'location': 'westeurope', 'properties': {'createMode': 'recover'}}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 200, "GET", PROD_VAULT, "/secrets" DATA_API, NULL);
    // A vault's name is that of a host.
    const struct value *answer = want(&bench, 409, "PUT", ARM, elsewhere, create);
    assert_string_equal(value_text_at(answer, "error.code"), "VaultAlreadyExists");
    static const char *const names[] = {"a_b%20c", "ab", "1abc", "abc-", "a--b", "abcdefghijklmnopqrstuvwxy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        answer = want(
            &bench, 400, "PUT", ARM,
            arena_printf(bench.arena,
                         PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.KeyVault/vaults/%s" VAULT_API,
                         names[i]),
            create);
        assert_string_equal(value_text_at(answer, "error.code"), "VaultNameNotValid");
    }
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_lists_in_pages),
        cmocka_unit_test(judges_requests),
        cmocka_unit_test(refuses_what_roles_do_not_allow),
        cmocka_unit_test(replaces_network_rules_as_a_whole),
        cmocka_unit_test(adds_and_removes_policies),
        cmocka_unit_test(deletes_and_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
