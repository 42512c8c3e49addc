// The data plane: secrets, keys and certificates; versions, soft delete, what a certificate manages.
#include "harness.h"

#include "base/clock.h"
#include "base/text.h"

#define OLD "/secrets/sql-prod-connection/32eb0b2f30ec426589bd1224b9f59fcf" DATA_API

static size_t count_pages(struct bench *bench, const char *target, size_t *items)
{
    size_t pages = 0;
    *items = 0;
    while (target != NULL) {
        const struct value *page = want(bench, 200, "GET", PROD_VAULT, target, NULL);
        *items += value_count(value_get(page, "value"));
        pages++;
        const char *link = value_text_at(page, "nextLink");
        const char *path = link == NULL ? NULL : strstr(link, "/secrets");
        assert_true(link == NULL || text_starts(link, "https://" PROD_VAULT ":443/secrets?"));
        target = path;
    }
    return pages;
}

static void challenges_and_lists_in_pages(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    size_t items;
    send_raw(&bench, NULL, "GET", PROD_VAULT, "/secrets" DATA_API, NULL);
    assert_int_equal(bench.last.status, 401);
    const char *challenge = NULL;
    for (size_t i = 0; i < bench.last.header_count; i++)
        if (text_same(bench.last.headers[i].name, "WWW-Authenticate"))
            challenge = bench.last.headers[i].value;
    assert_string_equal(challenge, "Bearer authorization=\"https://login.microsoftonline.com/" LAB_TENANT
                                   "\", resource=\"https://vault.azure.net\"");
    const struct value *answer = want(&bench, 400, "GET", PROD_VAULT, "/secrets", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "BadParameter");
    assert_true(count_pages(&bench, "/secrets" DATA_API, &items) > 1);
    assert_true(items > 10);
    size_t again;
    assert_int_equal(count_pages(&bench, "/secrets" DATA_API "&maxresults=3", &again), (items + 2) / 3);
    assert_int_equal(items, again);
    bench_close(&bench);
}

static void disables_and_enables_a_version(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *secret = want(&bench, 200, "GET", PROD_VAULT, OLD, NULL);
    assert_non_null(value_text_at(secret, "value"));
    int64_t expires = value_int_at(secret, "attributes.exp", 0);
    const struct value *changed =
        want(&bench, 200, "PATCH", PROD_VAULT, OLD, "{'attributes': {'enabled': false}}");
    assert_null(value_get(changed, "value"));
    assert_false(value_flag_at(changed, "attributes.enabled"));
    assert_int_equal(value_int_at(changed, "attributes.exp", 0), expires);
    const struct value *answer = want(&bench, 403, "GET", PROD_VAULT, OLD, NULL);
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "SecretDisabled");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "PATCH", PROD_VAULT, OLD, "{'attributes': {'enabled': true}}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 404, "PATCH", PROD_VAULT, "/secrets/sql-prod-connection/0" DATA_API, "{'attributes': {}}");
    bench_close(&bench);
}

static void sets_a_value_as_a_new_version(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    int64_t now = clock_now_ms() / 1000;
    want(&bench, 200, "PUT", PROD_VAULT, "/secrets/sql-prod-connection" DATA_API, "{'value': 'fresh'}");
    const struct value *versions = value_get(
        want(&bench, 200, "GET", PROD_VAULT, "/secrets/sql-prod-connection/versions" DATA_API, NULL),
        "value");
    assert_int_equal(value_count(versions), 3);
    assert_true(value_int_at(value_item(versions, 2), "attributes.created", 0) >= now);
    assert_null(value_get(value_item(versions, 2), "value"));
    const struct value *secret =
        want(&bench, 200, "GET", PROD_VAULT, "/secrets/sql-prod-connection/" DATA_API, NULL);
    assert_string_equal(value_text_at(secret, "value"), "fresh");
    char *after = digest_now(&bench);
    assert_string_not_equal(before, after);
    // What the service makes does not tell two such changes apart.
    struct bench other;
    bench_open(&other, NULL);
    want(&other, 200, "PUT", PROD_VAULT, "/secrets/sql-prod-connection" DATA_API, "{'value': 'another'}");
    assert_string_equal(after, digest_now(&other));
    bench_close(&other);
    bench_close(&bench);
}

static void deletes_softly(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *gone =
        want(&bench, 200, "DELETE", PROD_VAULT, "/secrets/maps-api-key" DATA_API, NULL);
    assert_string_equal(value_text_at(gone, "recoveryId"),
                        "https://" PROD_VAULT "/deletedsecrets/maps-api-key");
    const struct value *answer = want(&bench, 404, "GET", PROD_VAULT, "/secrets/maps-api-key" DATA_API, NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "SecretNotFound");
    answer = want(&bench, 409, "PUT", PROD_VAULT, "/secrets/maps-api-key" DATA_API, "{'value': 'x'}");
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "ObjectIsDeletedButRecoverable");
    want(&bench, 200, "GET", PROD_VAULT, "/deletedsecrets/maps-api-key" DATA_API, NULL);
    want(&bench, 403, "DELETE", PROD_VAULT, "/deletedsecrets/maps-api-key" DATA_API, NULL);
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "POST", PROD_VAULT, "/deletedsecrets/maps-api-key/recover" DATA_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 404, "GET", PROD_VAULT, "/deletedsecrets/maps-api-key" DATA_API, NULL);
    bench_close(&bench);
}

static void rotates_and_disables_keys(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *old = want(&bench, 200, "GET", PROD_VAULT, "/keys/invoice-signing" DATA_API, NULL);
    const struct value *fresh =
        want(&bench, 200, "POST", PROD_VAULT, "/keys/invoice-signing/rotate" DATA_API, NULL);
    assert_string_not_equal(value_text_at(old, "key.kid"), value_text_at(fresh, "key.kid"));
    assert_string_not_equal(value_text_at(old, "key.n"), value_text_at(fresh, "key.n"));
    assert_string_equal(value_text_at(fresh, "key.kty"), "RSA");
    const struct value *list =
        want(&bench, 200, "GET", PROD_VAULT, "/keys/invoice-signing/versions" DATA_API, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 3);
    want(&bench, 200, "PATCH", PROD_VAULT, "/keys/invoice-signing/426460fac95049f89113929c92cbb84e" DATA_API,
         "{'attributes': {'enabled': false}}");
    // A disabled key can still be looked at.
    old = want(&bench, 200, "GET", PROD_VAULT,
               "/keys/invoice-signing/426460fac95049f89113929c92cbb84e" DATA_API, NULL);
    assert_false(value_flag_at(old, "attributes.enabled"));
    want(&bench, 200, "POST", PROD_VAULT, "/keys/made-by-test/create" DATA_API, "{'kty': 'EC'}");
    want(&bench, 400, "POST", PROD_VAULT, "/keys/made-by-test/create" DATA_API, "{'kty': 'paper'}");
    bench_close(&bench);
}

static void renews_a_certificate_with_what_it_manages(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 403, "PATCH", PROD_VAULT,
         "/secrets/wildcard-contoso-com/30356215c53c4cff80e34cefafde4d59" DATA_API,
         "{'attributes': {'enabled': false}}");
    want(&bench, 403, "POST", PROD_VAULT, "/keys/wildcard-contoso-com/rotate" DATA_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    const struct value *policy =
        want(&bench, 200, "GET", PROD_VAULT, "/certificates/wildcard-contoso-com/policy" DATA_API, NULL);
    char *body = arena_printf(bench.arena, "{\"policy\": %s}", json_text(bench.arena, policy));
    const struct value *operation =
        want(&bench, 202, "POST", PROD_VAULT, "/certificates/wildcard-contoso-com/create" DATA_API, body);
    assert_string_equal(value_text_at(operation, "status"), "inProgress");
    for (int i = 0; i < 100 && !text_same(value_text_at(operation, "status"), "completed"); i++) {
        clock_sleep_ms(20);
        operation =
            want(&bench, 200, "GET", PROD_VAULT, "/certificates/wildcard-contoso-com/pending" DATA_API, NULL);
    }
    assert_string_equal(value_text_at(operation, "status"), "completed");
    static const char *const kinds[] = {"certificates", "keys", "secrets"};
    for (size_t i = 0; i < 3; i++) {
        char *target = arena_printf(bench.arena, "/%s/wildcard-contoso-com/versions" DATA_API, kinds[i]);
        assert_int_equal(value_count(value_get(want(&bench, 200, "GET", PROD_VAULT, target, NULL), "value")),
                         2);
    }
    const struct value *fresh =
        want(&bench, 200, "GET", PROD_VAULT, "/certificates/wildcard-contoso-com" DATA_API, NULL);
    const char *id = value_text_at(fresh, "id"), *kid = value_text_at(fresh, "kid");
    assert_string_equal(strrchr(id, '/'), strrchr(kid, '/'));
    want(&bench, 200, "DELETE", PROD_VAULT, "/certificates/wildcard-contoso-com" DATA_API, NULL);
    want(&bench, 404, "GET", PROD_VAULT, "/keys/wildcard-contoso-com" DATA_API, NULL);
    want(&bench, 200, "POST", PROD_VAULT, "/deletedcertificates/wildcard-contoso-com/recover" DATA_API, NULL);
    want(&bench, 200, "GET", PROD_VAULT, "/keys/wildcard-contoso-com" DATA_API, NULL);
    bench_close(&bench);
}

#define OWN_VAULT "kv-own-1.vault.azure.net"
#define OWN_ID PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.KeyVault/vaults/kv-own-1" VAULT_API

static void purges_a_certificate_with_what_it_manages(void **state)
{
    (void)state;
    static const char *const create = "{'policy': {'issuer': {'name': 'Self'}, 'x509_props': {'subject': "
                                      "'CN=a', 'validity_months': %s}}}";
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 201, "PUT", ARM, OWN_ID,
         "{'location': 'westeurope', 'properties': {'tenantId': '" LAB_TENANT
         "', 'sku': {'family': 'A', 'name': 'standard'}, 'accessPolicies': [{'tenantId': '" LAB_TENANT
         "', 'objectId': '" LAB_OBJECT_ID
         "', 'permissions': {'keys': ['all'], 'certificates': ['all'], 'secrets': ['all']}}]}}");
    const char *made = arena_printf(bench.arena, create, "12");
    want(&bench, 202, "POST", OWN_VAULT, "/certificates/c/create" DATA_API, made);
    want(&bench, 200, "DELETE", OWN_VAULT, "/certificates/c" DATA_API, NULL);
    want(&bench, 204, "DELETE", OWN_VAULT, "/deletedcertificates/c" DATA_API, NULL);
    want(&bench, 404, "GET", OWN_VAULT, "/deletedkeys/c" DATA_API, NULL);
    want(&bench, 404, "GET", OWN_VAULT, "/deletedsecrets/c" DATA_API, NULL);
    want(&bench, 202, "POST", OWN_VAULT, "/certificates/c/create" DATA_API, made);
    want(&bench, 200, "GET", OWN_VAULT, "/keys/c" DATA_API, NULL);
    // No number leads out of time.
    want(&bench, 400, "POST", OWN_VAULT, "/certificates/d/create" DATA_API,
         arena_printf(bench.arena, create, "9000000000000000"));
    want(&bench, 400, "PATCH", OWN_VAULT, "/certificates/c/policy" DATA_API,
         "{'x509_props': {'validity_months': 9000000000000000}}");
    want(&bench, 400, "POST", OWN_VAULT, "/keys/k/create" DATA_API,
         "{'kty': 'RSA', 'attributes': {'exp': -9000000000000000000}}");
    want(&bench, 400, "PATCH", ARM, OWN_ID,
         "{'properties': {'softDeleteRetentionInDays': 900000000000000000}}");
    bench_close(&bench);
}

static void asks_roles_and_connections_too(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 200, "GET", "kv-contoso-hr.vault.azure.net", "/secrets" DATA_API, NULL);
    const struct value *answer =
        want(&bench, 403, "GET", "kv-contoso-arch.vault.azure.net", "/secrets" DATA_API, NULL);
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "ForbiddenByConnection");
    bench.client = "d06da648-8d65-41f7-af14-4121b3464643";
    bench.secret = "lab-only-pipeline";
    answer = want(&bench, 403, "GET", "kv-contoso-hr.vault.azure.net", "/secrets" DATA_API, NULL);
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "ForbiddenByRbac");
    want(&bench, 200, "GET", PROD_VAULT, "/secrets" DATA_API, NULL);
    answer = want(&bench, 403, "GET", PROD_VAULT, "/keys" DATA_API, NULL);
    assert_string_equal(value_text_at(answer, "error.innererror.code"), "AccessDenied");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(challenges_and_lists_in_pages),
        cmocka_unit_test(disables_and_enables_a_version),
        cmocka_unit_test(sets_a_value_as_a_new_version),
        cmocka_unit_test(deletes_softly),
        cmocka_unit_test(rotates_and_disables_keys),
        cmocka_unit_test(renews_a_certificate_with_what_it_manages),
        cmocka_unit_test(purges_a_certificate_with_what_it_manages),
        cmocka_unit_test(asks_roles_and_connections_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
