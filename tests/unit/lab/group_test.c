// Resource groups as a whole: made, tagged, and deleted with all that is in them; and the backup of a secret.
#include "harness.h"

#include "base/text.h"
#include "lab/operation.h"

#define VERSION "?api-version=2024-03-01"
#define NEW PROD_SUB "/resourceGroups/rg-new"
#define NEW_VAULT NEW "/providers/Microsoft.KeyVault/vaults/kv-group"
#define LOCK NEW_VAULT "/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01"
#define VAULT_OF(rest)                                                                                       \
    "{'location': 'westeurope', 'properties': {'tenantId': '" LAB_TENANT                                     \
    "', 'sku': {'family': 'A', 'name': 'standard'}" rest "}}"

static void a_group_comes_and_goes(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 400, "PUT", ARM, NEW VERSION, "{'tags': {}}");
    want(&bench, 400, "PUT", ARM, PROD_SUB "/resourceGroups/rg%20new" VERSION, "{'location': 'westeurope'}");
    want(&bench, 404, "PATCH", ARM, NEW VERSION, "{'tags': {}}");
    want(&bench, 404, "DELETE", ARM, NEW VERSION, NULL);
    assert_string_equal(before, digest_now(&bench));
    const struct value *group =
        want(&bench, 201, "PUT", ARM, NEW VERSION, "{'location': 'westeurope', 'tags': {'a': 'b'}}");
    assert_string_equal(value_text_at(group, "properties.provisioningState"), "Succeeded");
    want(&bench, 409, "PUT", ARM, NEW VERSION, "{'location': 'northeurope'}");
    group = want(&bench, 200, "PUT", ARM, NEW VERSION, "{'location': 'West Europe'}");
    assert_string_equal(value_text_at(group, "tags.a"), "b");
    group = want(&bench, 200, "PATCH", ARM, NEW VERSION, "{'tags': {'c': 'd'}}");
    assert_string_equal(value_text_at(group, "tags.c"), "d");
    assert_null(value_at(group, "tags.a"));
    want(&bench, 202, "DELETE", ARM, NEW VERSION, NULL);
    want(&bench, 404, "GET", ARM, NEW VERSION, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 403, "PUT", ARM, NEW VERSION, "{'location': 'westeurope'}");
    want(&bench, 403, "DELETE", ARM, PROD_SUB "/resourceGroups/rg-contoso-prod" VERSION, NULL);
    bench_close(&bench);
}

// Its vaults can be recovered where there is such a group again; a lock inside keeps it.
static void a_group_goes_with_what_is_in_it(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 201, "PUT", ARM, NEW VERSION, "{'location': 'westeurope'}");
    want(&bench, 201, "PUT", ARM, NEW_VAULT VAULT_API, VAULT_OF(""));
    want(&bench, 201, "PUT", ARM,
         NEW "/providers/Microsoft.Storage/storageAccounts/stnew?api-version=2023-01-01",
         "{'location': 'westeurope', 'kind': 'StorageV2', 'sku': {'name': 'Standard_LRS'}}");
    want(&bench, 201, "PUT", ARM, LOCK, "{'properties': {'level': 'CanNotDelete'}}");
    char *locked = digest_now(&bench);
    const struct value *refused = want(&bench, 409, "DELETE", ARM, NEW VERSION, NULL);
    assert_string_equal(value_text_at(refused, "error.code"), "ScopeLocked");
    assert_string_equal(locked, digest_now(&bench));
    want(&bench, 200, "DELETE", ARM, LOCK, NULL);
    want(&bench, 202, "DELETE", ARM, NEW VERSION, NULL);
    const char *link = NULL;
    for (size_t i = 0; i < bench.last.header_count; i++)
        if (text_same(bench.last.headers[i].name, "Location"))
            link = bench.last.headers[i].value + strlen("https://" ARM);
    want(&bench, 202, "GET", ARM, link, NULL);
    usleep((OPERATION_MS + 100) * 1000);
    want(&bench, 204, "GET", ARM, link, NULL);
    want(&bench, 404, "GET", ARM, NEW_VAULT VAULT_API, NULL);
    want(&bench, 200, "GET", ARM,
         PROD_SUB "/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-group" VAULT_API,
         NULL);
    want(&bench, 201, "PUT", ARM, NEW VERSION, "{'location': 'westeurope'}");
    const struct value *left = want(&bench, 200, "GET", ARM, NEW "/resources" VERSION, NULL);
    assert_int_equal(value_count(value_get(left, "value")), 0);
    ask(&bench, "PUT", ARM, NEW_VAULT VAULT_API, VAULT_OF(", 'createMode': 'recover'"));
    assert_in_range(bench.last.status, 200, 201);
    bench_close(&bench);
}

// It is of use to the service alone, and needs a right of its own.
static void a_secret_is_backed_up(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *secret = "/secrets/sql-prod-connection/backup" DATA_API;
    want(&bench, 403, "POST", PROD_VAULT, secret, NULL);
    want(&bench, 200, "PUT", ARM, PROD_ID "/accessPolicies/add" VAULT_API,
         "{'properties': {'accessPolicies': [{'tenantId': '" LAB_TENANT "', 'objectId': '" LAB_OBJECT_ID
         "', 'permissions': {'secrets': ['backup']}}]}}");
    char *before = digest_now(&bench);
    const char *value = value_text_at(want(&bench, 200, "POST", PROD_VAULT, secret, NULL), "value");
    assert_true(strlen(value) > 100 && strpbrk(value, "+/=") == NULL);
    want(&bench, 404, "POST", PROD_VAULT, "/secrets/none/backup" DATA_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_comes_and_goes),
        cmocka_unit_test(a_group_goes_with_what_is_in_it),
        cmocka_unit_test(a_secret_is_backed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
