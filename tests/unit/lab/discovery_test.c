// Where a tenant's endpoints are: what official clients ask before they sign in, and go by.
#include "harness.h"

#include "base/text.h"

#define CONFIGURATION "/v2.0/.well-known/openid-configuration"
#define INSTANCE "/common/discovery/instance?api-version=1.1&authorization_endpoint="
#define AUTHORIZE "/oauth2/v2.0/authorize"

static const struct value *get(struct bench *bench, int status, const char *target)
{
    const struct value *answer = send_raw(bench, NULL, "GET", LOGIN, target, NULL);
    if (bench->last.status != status)
        fail_msg("%s: %d instead of %d", target, bench->last.status, status);
    return answer;
}

static void each_tenant_has_its_own_endpoints(void **state)
{
    (void)state;
    static const struct {
        const char *name, *tenant, *who;
    } cases[] = {{LAB_TENANT, LAB_TENANT, LAB_TENANT},
                 {"Contoso.com", LAB_TENANT, LAB_TENANT},
                 {LAB_PARTNER_TENANT, LAB_PARTNER_TENANT, LAB_PARTNER_TENANT},
                 {"common", "common", "{tenantid}"},
                 {"organizations", "organizations", "{tenantid}"}};
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *answer =
            get(&bench, 200, arena_printf(bench.arena, "/%s" CONFIGURATION, cases[i].name));
        assert_string_equal(
            value_text_at(answer, "token_endpoint"),
            arena_printf(bench.arena, "https://" LOGIN "/%s/oauth2/v2.0/token", cases[i].tenant));
        assert_string_equal(value_text_at(answer, "issuer"),
                            arena_printf(bench.arena, "https://" LOGIN "/%s/v2.0", cases[i].who));
        const char *keys = value_text_at(answer, "jwks_uri");
        get(&bench, 200, strstr(keys, LOGIN) + strlen(LOGIN));
    }
    const struct value *older = get(&bench, 200, "/" LAB_TENANT "/.well-known/openid-configuration");
    assert_string_equal(value_text_at(older, "token_endpoint"),
                        "https://" LOGIN "/" LAB_TENANT "/oauth2/token");
    get(&bench, 400, "/another" CONFIGURATION);
    // An instance leads to the tenant that was asked for, and only a known host is one.
    const struct value *found =
        get(&bench, 200, INSTANCE "https%3A%2F%2Fsts.windows.net%2F" LAB_PARTNER_TENANT AUTHORIZE);
    assert_string_equal(value_text_at(found, "tenant_discovery_endpoint"),
                        "https://" LOGIN "/" LAB_PARTNER_TENANT CONFIGURATION);
    found = get(&bench, 400, INSTANCE "https%3A%2F%2Fadfs.example%2F" LAB_TENANT AUTHORIZE);
    assert_string_equal(value_text_at(found, "error"), "invalid_instance");
    get(&bench, 400, INSTANCE "nonsense");
    bench_close(&bench);
}

static const struct value *post(struct bench *bench, int status, const char *target, const char *form)
{
    const struct value *answer = send_raw(bench, NULL, "POST", LOGIN, target, form);
    if (bench->last.status != status)
        fail_msg("%s: %d instead of %d", target, bench->last.status, status);
    return answer;
}

#define CLIENT "client_id=" LAB_CLIENT_ID "&client_secret=" LAB_CLIENT_SECRET
#define CONSENT "&grant_type=refresh_token&refresh_token=" LAB_REFRESH_TOKEN
#define PERMISSION "https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
#define PARTNER_TOKEN "/" LAB_PARTNER_TENANT "/oauth2/v2.0/token"

// Clients ask for who somebody is in the same breath, and for a permission by its name.
static void a_scope_may_be_one_of_several(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    post(&bench, 200, PARTNER_TOKEN,
         CLIENT CONSENT "&scope=" PERMISSION "%20offline_access%20openid%20profile");
    post(&bench, 200, PARTNER_TOKEN, CLIENT CONSENT "&scope=openid%20" PERMISSION);
    post(&bench, 400, PARTNER_TOKEN, CLIENT CONSENT "&scope=openid%20profile");
    // An application for itself asks for all that it was given.
    post(&bench, 400, PARTNER_TOKEN, CLIENT "&grant_type=client_credentials&scope=" PERMISSION);
    const struct value *answer =
        post(&bench, 400, "/common/oauth2/v2.0/token",
             CLIENT "&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default");
    assert_true(text_starts(value_text_at(answer, "error_description"), "AADSTS50059: "));
    // What there is not is said as the directory says it: an error is a text.
    answer = post(&bench, 404, "/" LAB_TENANT "/oauth2/v2.0/devicecode", CLIENT);
    assert_string_equal(value_text_at(answer, "error"), "invalid_request");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tenant_has_its_own_endpoints),
        cmocka_unit_test(a_scope_may_be_one_of_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
