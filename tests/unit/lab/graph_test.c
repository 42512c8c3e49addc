// The directory: people, applications, roles, mail; every change and its undo against the digest.
#include "harness.h"

#include "base/text.h"

#define USER "/v1.0/users/" DANA
#define PIPELINE "c973880e-7d5b-4a49-b64c-d6aa8b6271db"
#define ROLES "/v1.0/roleManagement/directory/roleAssignments"

static void finds_people_and_applications(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *user = want(&bench, 200, "GET", GRAPH, USER, NULL);
    assert_null(value_get(user, "accountEnabled"));
    user = want(&bench, 200, "GET", GRAPH, "/v1.0/users/Dana.Levy@contoso.com?$select=accountEnabled", NULL);
    assert_true(value_flag_at(user, "accountEnabled"));
    assert_null(value_get(user, "displayName"));
    want(&bench, 200, "GET", GRAPH, "/v1.0/users/ext_partner_fabrikam.com%23EXT%23@contoso.onmicrosoft.com",
         NULL);
    const struct value *manager = want(&bench, 200, "GET", GRAPH, USER "/manager", NULL);
    assert_string_equal(value_text_at(manager, "mail"), "ines.keller@contoso.com");
    const struct value *list = want(&bench, 200, "GET", GRAPH,
                                    "/v1.0/servicePrincipals?$filter=appId%20eq%20'"
                                    "d06da648-8d65-41f7-af14-4121b3464643'",
                                    NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    const struct value *owners =
        want(&bench, 200, "GET", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/owners", NULL);
    assert_string_equal(value_text(value_get(value_item(value_get(owners, "value"), 0), "@odata.type")),
                        "#microsoft.graph.user");
    assert_null(strstr(json_text(bench.arena, owners), "_manager"));
    const struct value *answer = want(&bench, 404, "GET", GRAPH, "/v1.0/users/nobody@contoso.com", NULL);
    assert_string_equal(value_text_at(answer, "error.code"), "Request_ResourceNotFound");
    assert_string_equal(value_text_at(answer, "error.innerError.request-id"), bench.last.id);
    want(&bench, 400, "GET", GRAPH, "/v1.0/users?$filter=mail%20like%20'x'", NULL);
    want(&bench, 400, "GET", GRAPH, "/v1.0/me", NULL);
    list = want(&bench, 200, "POST", GRAPH, "/v1.0/directoryObjects/getByIds",
                "{'ids': ['" DANA "', '" PIPELINE "'], 'types': ['servicePrincipal']}");
    assert_int_equal(value_count(value_get(list, "value")), 1);
    bench_close(&bench);
}

// What a client asks by a name that is none, or where it is not evaluated, is refused in Graph's words: an
// empty list would be taken for an answer.
static void refuses_unknown_names(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/v1.0/users?$select=foo",
        "/v1.0/users?$select=id,foo",
        "/v1.0/users/" DANA "?$select=foo",
        "/v1.0/users/" DANA "/manager?$select=foo",
        "/v1.0/users?$filter=foo%20eq%20'x'",
        "/v1.0/users?$filter=startswith(foo,'x')",
        "/v1.0/servicePrincipals?$select=userType",
        "/v1.0/groups?$filter=foo/bar%20eq%20'x'",
        "/v1.0/auditLogs/signIns?$filter=foo%20eq%20'x'",
        "/v1.0/auditLogs/directoryAudits?$filter=foo%20eq%20'x'",
        "/v1.0/identityProtection/riskyUsers?$filter=foo%20eq%20'x'",
        "/v1.0/oauth2PermissionGrants?$filter=foo%20eq%20'x'",
        "/v1.0/reports/authenticationMethods/userRegistrationDetails?$filter=foo%20eq%20true",
        ROLES "?$filter=foo%20eq%20'x'",
        ROLES "?$expand=foo",
        "/v1.0/users/" DANA "?$filter=displayName%20eq%20'x'",
        "/v1.0/directoryRoles?$filter=displayName%20eq%20'x'",
        "/v1.0/users?$foo=1",
        "/v1.0/users?$count=maybe"};
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        const struct value *answer = want(&bench, 400, "GET", GRAPH, targets[i], NULL);
        assert_non_null(value_text_at(answer, "error.code"));
        assert_string_equal(value_text_at(answer, "error.innerError.request-id"), bench.last.id);
    }
    const struct value *answer = want(&bench, 400, "GET", GRAPH, targets[0], NULL);
    assert_string_equal(
        value_text_at(answer, "error.message"),
        "Parsing OData Select and Expand failed: Could not find a property named 'foo' on type "
        "'microsoft.graph.user'.");
    want(&bench, 200, "GET", GRAPH, "/v1.0/users?$select=id,DISPLAYNAME,%20department&$top=2&$count=true",
         NULL);
    want(&bench, 200, "GET", GRAPH, "/v1.0/auditLogs/signIns?$filter=status/errorCode%20eq%200", NULL);
    want(&bench, 200, "GET", GRAPH, USER "/memberOf?$select=displayName", NULL);
    want(&bench, 200, "GET", GRAPH, ROLES "?$expand=roleDefinition", NULL);
    want(&bench, 200, "GET", GRAPH, "/v1.0/roleManagement/directory/roleDefinitions?$expand=roleDefinition",
         NULL);
    char *before = digest_now(&bench);
    want(&bench, 400, "PATCH", GRAPH, USER, "{'foo': 1}");
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void adds_and_removes_members(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *groups = want(&bench, 200, "GET", GRAPH, USER "/memberOf", NULL);
    const struct value *group = value_item(value_get(groups, "value"), 0);
    char *before = digest_now(&bench);
    char *members = arena_printf(bench.arena, "/v1.0/groups/%s/members", value_text_at(group, "id"));
    want(&bench, 204, "DELETE", GRAPH, arena_printf(bench.arena, "%s/" DANA "/$ref", members), NULL);
    want(&bench, 404, "DELETE", GRAPH, arena_printf(bench.arena, "%s/" DANA "/$ref", members), NULL);
    assert_string_not_equal(before, digest_now(&bench));
    const char *body = "{'@odata.id': 'https://graph.microsoft.com/v1.0/directoryObjects/" DANA "'}";
    want(&bench, 204, "POST", GRAPH, arena_printf(bench.arena, "%s/$ref", members), body);
    want(&bench, 400, "POST", GRAPH, arena_printf(bench.arena, "%s/$ref", members), body);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void disables_and_enables(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 204, "PATCH", GRAPH, USER, "{'accountEnabled': false}");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 204, "PATCH", GRAPH, USER, "{'accountEnabled': true}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 204, "PATCH", GRAPH, "/v1.0/servicePrincipals/" PIPELINE, "{'accountEnabled': false}");
    want(&bench, 400, "PATCH", GRAPH, USER, "{'id': 'another'}");
    want(&bench, 400, "PATCH", GRAPH, USER, "{'_manager': 'another'}");
    bench_close(&bench);
}

static void counts_moments(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 200, "POST", GRAPH, USER "/revokeSignInSessions", NULL);
    char *revoked = digest_now(&bench);
    assert_string_not_equal(before, revoked);
    want(&bench, 400, "PATCH", GRAPH, USER, "{'passwordProfile': {'password': 'short'}}");
    want(&bench, 204, "PATCH", GRAPH, USER, "{'passwordProfile': {'password': 'Long-enough-7'}}");
    assert_string_not_equal(revoked, digest_now(&bench));
    char *journal = arena_printf(bench.arena, "%s/journal.jsonl", bench.dir);
    size_t length;
    char *bytes = file_read(bench.arena, journal, 1 << 20, &length, NULL);
    assert_non_null(bytes);
    assert_null(strstr(bytes, "Long-enough-7"));
    bench_close(&bench);
}

static void gives_and_takes_roles(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const struct value *list =
        want(&bench, 200, "GET", GRAPH, ROLES "?$filter=principalId%20eq%20'" DANA "'&$expand=roleDefinition",
             NULL);
    const struct value *assignment = value_item(value_get(list, "value"), 0);
    assert_non_null(value_text_at(assignment, "roleDefinition.displayName"));
    char *target = arena_printf(bench.arena, ROLES "/%s", value_text_at(assignment, "id"));
    want(&bench, 204, "DELETE", GRAPH, target, NULL);
    want(&bench, 404, "DELETE", GRAPH, target, NULL);
    assert_string_not_equal(before, digest_now(&bench));
    char *body = arena_printf(
        bench.arena, "{'principalId': '" DANA "', 'roleDefinitionId': '%s', 'directoryScopeId': '/'}",
        value_text_at(assignment, "roleDefinitionId"));
    const struct value *fresh = want(&bench, 201, "POST", GRAPH, ROLES, body);
    assert_string_not_equal(value_text_at(fresh, "id"), value_text_at(assignment, "id"));
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "POST", GRAPH, ROLES, body);
    bench_close(&bench);
}

static void deletes_and_restores(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 204, "DELETE", GRAPH, USER, NULL);
    want(&bench, 404, "GET", GRAPH, USER, NULL);
    want(&bench, 200, "GET", GRAPH, "/v1.0/directory/deletedItems/" DANA, NULL);
    want(&bench, 200, "POST", GRAPH, "/v1.0/directory/deletedItems/" DANA "/restore", NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void keeps_mail_and_passwords_of_applications(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 202, "POST", GRAPH, "/v1.0/users/soc@contoso.com/sendMail",
         "{'message': {'subject': 'x', 'toRecipients': [{'emailAddress': {'address': "
         "'dana.levy@contoso.com'}}]}}");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 202, "POST", GRAPH, "/v1.0/users/soc@contoso.com/sendMail", // as its clients write it
         "{'Message': {'toRecipients': [{'emailAddress': {'address': 'dana.levy@contoso.com'}}]}, "
         "'SaveToSentItems': false}");
    before = digest_now(&bench);
    want(&bench, 400, "POST", GRAPH, "/v1.0/users/soc@contoso.com/sendMail",
         "{'message': {'toRecipients': []}}");
    want(&bench, 400, "POST", GRAPH, "/v1.0/users/soc@contoso.com/sendMail",
         "{'message': {'body': {'contentType': 'rtf'}, 'toRecipients': [{'emailAddress': {'address': "
         "'dana.levy@contoso.com'}}]}}");
    want(&bench, 404, "POST", GRAPH, "/v1.0/users/svc-admin-old@contoso.com/sendMail", "{'message': {}}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "POST", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/addPassword",
         "{'passwordCredential': {'endDateTime': 'soon'}}");
    want(&bench, 400, "POST", GRAPH, "/v1.0/directoryObjects/getByIds", "{'ids': [7]}");
    const struct value *made =
        want(&bench, 200, "POST", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/addPassword", "{}");
    assert_non_null(value_text_at(made, "secretText"));
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 204, "POST", GRAPH, "/v1.0/servicePrincipals/" PIPELINE "/removePassword",
         arena_printf(bench.arena, "{'keyId': '%s'}", value_text_at(made, "keyId")));
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void pages_and_filters_sign_ins(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *all = want(&bench, 200, "GET", GRAPH, "/v1.0/auditLogs/signIns?$top=5", NULL);
    assert_int_equal(value_count(value_get(all, "value")), 5);
    const char *link = value_text(value_get(all, "@odata.nextLink"));
    assert_true(link != NULL && text_starts(link, "https://" GRAPH "/v1.0/auditLogs/signIns?"));
    want(&bench, 200, "GET", GRAPH, link + strlen("https://" GRAPH), NULL);
    const struct value *some =
        want(&bench, 200, "GET", GRAPH,
             "/v1.0/auditLogs/signIns?$filter=userId%20eq%20'" DANA "'%20and%20status/errorCode%20eq%2050126",
             NULL);
    assert_int_equal(value_count(value_get(some, "value")), 1);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_people_and_applications),
        cmocka_unit_test(refuses_unknown_names),
        cmocka_unit_test(disables_and_enables),
        cmocka_unit_test(adds_and_removes_members),
        cmocka_unit_test(counts_moments),
        cmocka_unit_test(gives_and_takes_roles),
        cmocka_unit_test(deletes_and_restores),
        cmocka_unit_test(keeps_mail_and_passwords_of_applications),
        cmocka_unit_test(pages_and_filters_sign_ins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
