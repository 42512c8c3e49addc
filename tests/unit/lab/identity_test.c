// Consents, sign-in methods and risk; every change and its undo against the digest.
#include "harness.h"

#define PIPELINE "c973880e-7d5b-4a49-b64c-d6aa8b6271db"
#define GRAPH_SP "94d7f2ab-6c10-4e83-b5a9-d08e2f7c6143"
#define OLD "b10511cc-6b6c-47e9-bbe3-392f60d1796d"
#define METHODS "/v1.0/users/" OLD "/authentication/"

static void takes_consents_back(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *list =
        want(&bench, 200, "GET", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/oauth2PermissionGrants", NULL);
    const struct value *grant = value_item(value_get(list, "value"), 0);
    want(&bench, 200, "GET", GRAPH, "/v1.0/oauth2PermissionGrants?$filter=clientId%20eq%20'" PIPELINE "'",
         NULL);
    assert_int_equal(value_count(value_get(bench.last.answer, "value")), 1);
    char *at = arena_printf(bench.arena, "/v1.0/oauth2PermissionGrants/%s", value_text_at(grant, "id"));
    want(&bench, 204, "DELETE", GRAPH, at, NULL);
    want(&bench, 404, "DELETE", GRAPH, at, NULL);
    assert_string_not_equal(before, digest_now(&bench));
    const char *body = "{'clientId': '" PIPELINE "', 'consentType': 'AllPrincipals', 'resourceId': '" GRAPH_SP
                       "', 'scope': 'User.Read Mail.ReadWrite'}";
    want(&bench, 201, "POST", GRAPH, "/v1.0/oauth2PermissionGrants", body);
    want(&bench, 409, "POST", GRAPH, "/v1.0/oauth2PermissionGrants", body);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "POST", GRAPH, "/v1.0/oauth2PermissionGrants",
         "{'clientId': '" PIPELINE "', 'consentType': 'Everybody', 'resourceId': '" GRAPH_SP "'}");
    bench_close(&bench);
}

static void takes_app_roles_back(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const char *assigned = "/v1.0/servicePrincipals/" GRAPH_SP "/appRoleAssignedTo";
    const struct value *list =
        want(&bench, 200, "GET", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/appRoleAssignments", NULL);
    const struct value *role = value_item(value_get(list, "value"), 0);
    want(&bench, 204, "DELETE", GRAPH,
         arena_printf(bench.arena, "%s/%s", assigned, value_text_at(role, "id")), NULL);
    assert_string_not_equal(before, digest_now(&bench));
    const char *body = "{'principalId': '" PIPELINE "', 'resourceId': '" GRAPH_SP
                       "', 'appRoleId': 'e2a3a72e-5f79-4c64-b1b1-878b674786c9'}";
    want(&bench, 201, "POST", GRAPH, assigned, body);
    assert_string_equal(value_text_at(bench.last.answer, "principalType"), "ServicePrincipal");
    want(&bench, 400, "POST", GRAPH, assigned, body);
    assert_string_equal(before, digest_now(&bench));
    list = want(&bench, 200, "GET", GRAPH, assigned, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    bench_close(&bench);
}

static void removes_methods_but_never_the_password(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list = want(&bench, 200, "GET", GRAPH, METHODS "methods", NULL);
    assert_int_equal(value_count(value_get(list, "value")), 3);
    list = want(&bench, 200, "GET", GRAPH, METHODS "phoneMethods", NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    const char *app = METHODS "microsoftAuthenticatorMethods/6f0b1a27-8c35-4d9e-a1f2-5b7c3e9d0481";
    want(&bench, 404, "DELETE", GRAPH, METHODS "phoneMethods/6f0b1a27-8c35-4d9e-a1f2-5b7c3e9d0481", NULL);
    want(&bench, 204, "DELETE", GRAPH, app, NULL);
    want(&bench, 404, "DELETE", GRAPH, app, NULL);
    want(&bench, 400, "DELETE", GRAPH, METHODS "passwordMethods/28c10230-6103-485e-b985-444c60001490", NULL);
    list = want(&bench, 200, "GET", GRAPH, METHODS "methods", NULL);
    assert_int_equal(value_count(value_get(list, "value")), 2);
    want(&bench, 404, "GET", GRAPH, "/v1.0/users/nobody@contoso.com/authentication/methods", NULL);
    bench_close(&bench);
}

static void judges_risk(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *risky = "/v1.0/identityProtection/riskyUsers/" OLD;
    const struct value *user = want(&bench, 200, "GET", GRAPH, risky, NULL);
    assert_string_equal(value_text_at(user, "riskState"), "atRisk");
    want(&bench, 404, "GET", GRAPH, "/v1.0/identityProtection/riskyUsers/" DANA, NULL);
    want(&bench, 400, "POST", GRAPH, "/v1.0/identityProtection/riskyUsers/confirmCompromised",
         "{'userIds': []}");
    want(&bench, 204, "POST", GRAPH, "/v1.0/identityProtection/riskyUsers/confirmCompromised",
         "{'userIds': ['" DANA "']}");
    const struct value *list =
        want(&bench, 200, "GET", GRAPH,
             "/v1.0/identityProtection/riskyUsers?$filter=riskState%20eq%20'confirmedCompromised'", NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    want(&bench, 204, "POST", GRAPH, "/v1.0/identityProtection/riskyUsers/dismiss",
         "{'userIds': ['" DANA "', '" OLD "']}");
    user = want(&bench, 200, "GET", GRAPH, risky, NULL);
    assert_string_equal(value_text_at(user, "riskLevel"), "none");
    bench_close(&bench);
}

static void takes_eligible_roles_away(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const char *at = PROD_SUB "/resourceGroups/rg-payments/providers/Microsoft.Authorization/"
                              "roleEligibilityScheduleRequests/%s?api-version=2020-10-01";
    const char *body = "{'properties': {'principalId': 'baf0a4cc-51ff-4da8-a55c-00aece3ee424', "
                       "'roleDefinitionId': '" PROD_SUB "/providers/Microsoft.Authorization/roleDefinitions/"
                       "f25e0fa2-a7c8-4377-a976-54943a77a395', 'requestType': '%s', 'justification': 'why'}}";
    char *first = arena_printf(bench.arena, at, "7c1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f12");
    char *second = arena_printf(bench.arena, at, "7c1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f13");
    char *removal = arena_printf(bench.arena, body, "AdminRemove");
    char *giving = arena_printf(bench.arena, body, "AdminAssign");
    want(&bench, 400, "PUT", ARM, arena_printf(bench.arena, at, "mine"), removal);
    want(&bench, 400, "PUT", ARM, first, giving);
    want(&bench, 201, "PUT", ARM, first, removal);
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 400, "PUT", ARM, second, removal);
    want(&bench, 201, "PUT", ARM, second, giving);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "PUT", ARM, second, arena_printf(bench.arena, body, "SelfActivate"));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_consents_back), cmocka_unit_test(takes_app_roles_back),
        cmocka_unit_test(removes_methods_but_never_the_password), cmocka_unit_test(judges_risk),
        cmocka_unit_test(takes_eligible_roles_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
