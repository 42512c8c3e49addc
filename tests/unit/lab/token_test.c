// Sign-in: who gets a token, for what, and which tokens are taken.
#include "harness.h"

#include "base/crypto.h"
#include "base/text.h"

#define TOKEN "/" LAB_TENANT "/oauth2/v2.0/token"
#define CLIENT "grant_type=client_credentials&client_id=" LAB_CLIENT_ID

static const struct value *post(struct bench *bench, int status, const char *target, const char *form)
{
    const struct value *answer = send_raw(bench, NULL, "POST", LOGIN, target, form);
    if (bench->last.status != status)
        fail_msg("%d instead of %d: %s", bench->last.status, status, json_text(bench->arena, answer));
    return answer;
}

static void wants_the_right_secret(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *scope = "&scope=https%3A%2F%2Fvault.azure.net%2F.default";
    const struct value *answer =
        post(&bench, 200, TOKEN,
             arena_printf(bench.arena, CLIENT "&client_secret=" LAB_CLIENT_SECRET "%s", scope));
    assert_string_equal(value_text_at(answer, "token_type"), "Bearer");
    assert_true(value_int_at(answer, "expires_in", 0) > 300);
    answer = post(&bench, 401, TOKEN, arena_printf(bench.arena, CLIENT "&client_secret=guess%s", scope));
    assert_string_equal(value_text_at(answer, "error"), "invalid_client");
    assert_true(text_starts(value_text_at(answer, "error_description"), "AADSTS7000215: "));
    post(&bench, 401, TOKEN, arena_printf(bench.arena, CLIENT "%s", scope));
    answer = post(&bench, 400, TOKEN,
                  arena_printf(bench.arena, "grant_type=client_credentials&client_id=x%s", scope));
    assert_string_equal(value_text_at(answer, "error"), "unauthorized_client");
    post(&bench, 400, TOKEN, "grant_type=password");
    post(&bench, 400, TOKEN, "");
    post(&bench, 400, "/another-tenant/oauth2/v2.0/token", CLIENT);
    answer = post(&bench, 400, TOKEN,
                  CLIENT "&client_secret=" LAB_CLIENT_SECRET
                         "&scope=https%3A%2F%2Fvault.azure.net.evil%2F.default");
    assert_string_equal(value_text_at(answer, "error"), "invalid_resource");
    bench_close(&bench);
}

static const struct value *claims_of(struct bench *bench, const char *token)
{
    const char *first = strchr(token, '.'), *last = strrchr(token, '.');
    size_t length;
    char *middle = arena_strndup(bench->arena, first + 1, (size_t)(last - first - 1));
    unsigned char *json = crypto_base64url_decode(bench->arena, middle, &length);
    return json_parse(bench->arena, "claims", (const char *)json, length, NULL);
}

static void takes_older_forms_and_machines(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer = post(&bench, 200, "/" LAB_TENANT "/oauth2/token",
                                      CLIENT "&client_secret=" LAB_CLIENT_SECRET
                                             "&resource=https%3A%2F%2Fmanagement.core.windows.net%2F");
    const struct value *claims = claims_of(&bench, value_text_at(answer, "access_token"));
    assert_string_equal(value_text_at(claims, "oid"), LAB_OBJECT_ID);
    assert_string_equal(value_text_at(claims, "appid"), LAB_CLIENT_ID);
    assert_string_equal(value_text_at(claims, "tid"), LAB_TENANT);
    char *bearer = arena_printf(bench.arena, "Bearer %s", value_text_at(answer, "access_token"));
    send_raw(&bench, bearer, "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 200);
    answer = send_raw(
        &bench, NULL, "GET", "169.254.169.254",
        "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net",
        NULL);
    assert_int_equal(bench.last.status, 200);
    assert_non_null(value_text_at(answer, "expires_on"));
    post(&bench, 200, TOKEN,
         arena_printf(bench.arena,
                      CLIENT
                      "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default&client_assertion=a.%s.b",
                      crypto_base64url(bench.arena, "{\"sub\":\"" LAB_CLIENT_ID "\"}", 46)));
    send_raw(&bench, NULL, "GET", LOGIN, "/" LAB_TENANT "/v2.0/.well-known/openid-configuration", NULL);
    assert_int_equal(bench.last.status, 200);
    send_raw(&bench, NULL, "GET", LOGIN, "/common/discovery/instance?api-version=1.1", NULL);
    assert_int_equal(bench.last.status, 200);
    bench_close(&bench);
}

static void takes_no_forged_token(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *token = sign_in(&bench, "https://management.azure.com");
    size_t length = strlen(token);
    for (size_t i = strlen("Bearer "); i < length; i += 37) {
        char *other = arena_strdup(bench.arena, token);
        other[i] = other[i] == 'A' ? 'B' : 'A';
        send_raw(&bench, other, "GET", ARM, PROD_ID VAULT_API, NULL);
        assert_int_equal(bench.last.status, strcmp(other, token) == 0 ? 200 : 401);
    }
    send_raw(&bench, "Bearer ", "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 401);
    send_raw(&bench, "Basic x", "GET", ARM, PROD_ID VAULT_API, NULL);
    assert_int_equal(bench.last.status, 401);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wants_the_right_secret),
        cmocka_unit_test(takes_older_forms_and_machines),
        cmocka_unit_test(takes_no_forged_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
