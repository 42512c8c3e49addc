// What cuts machines off: security groups at their interfaces, and Defender for Endpoint; what reaches into
// them.
#include "harness.h"

#include <time.h>

#include "base/text.h"

#define GROUP PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft."
#define INTERFACE GROUP "Network/networkInterfaces/nic-batch-07"
#define OPEN                                                                                                 \
    PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/networkSecurityGroups/nsg-web"
#define SHUT GROUP "Network/networkSecurityGroups/shut"
#define MACHINE GROUP "Compute/virtualMachines/vm-batch-07"
#define NET_API "?api-version=2024-01-01"
#define API "?api-version=2024-03-01"
#define ENDPOINT "api.security.microsoft.com"
#define AGENT "/api/machines/7b1f4467e32d3be0fbf9ea8a6f6c5ad1d9a9c2c4"

static void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 800000000}, NULL);
}

static const struct value *with(struct bench *bench, int status, const char *method, const char *target,
                                const char *body)
{
    const struct value *answer = send_raw(bench, sign_in(bench, "https://api.securitycenter.microsoft.com"),
                                          method, ENDPOINT, target, body);
    if (bench->last.status != status)
        fail_msg("%s %s: %d instead of %d: %s", method, target, bench->last.status, status,
                 answer == NULL ? "" : json_text(bench->arena, answer));
    return answer;
}

static void shuts_an_interface_and_opens_it_again(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 400, "PUT", ARM, SHUT NET_API,
         "{'location': 'westeurope', 'properties': {'securityRules': [{'name': 'a', 'properties': "
         "{'protocol': "
         "'*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 100}}, {'name': 'b', 'properties': "
         "{'protocol': '*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 100}}]}}");
    want(&bench, 201, "PUT", ARM, SHUT NET_API, "{'location': 'westeurope', 'properties': {}}");
    want(&bench, 429, "PUT", ARM, SHUT NET_API, "{'location': 'westeurope', 'properties': {}}");
    const struct value *old = want(&bench, 200, "GET", ARM, INTERFACE NET_API, NULL);
    const struct value *body = value_merge_patch(
        bench.arena, old,
        value_get(json_parse(
                      bench.arena, "x",
                      "{\"x\": {\"properties\": {\"networkSecurityGroup\": {\"id\": \"" SHUT "\"}}}}",
                      strlen("{\"x\": {\"properties\": {\"networkSecurityGroup\": {\"id\": \"" SHUT "\"}}}}"),
                      NULL),
                  "x"));
    bench.if_match = "W/\"0\"";
    want(&bench, 412, "PUT", ARM, INTERFACE NET_API, json_text(bench.arena, body));
    bench.if_match = value_text_at(old, "etag");
    const struct value *now = want(&bench, 200, "PUT", ARM, INTERFACE NET_API, json_text(bench.arena, body));
    bench.if_match = NULL;
    assert_string_equal(value_text_at(now, "properties.provisioningState"), "Updating");
    assert_string_not_equal(value_text_at(now, "etag"), value_text_at(old, "etag"));
    assert_non_null(value_at(now, "properties.virtualMachine.id")); // the service's own
    wait_a_little();
    const struct value *group = want(&bench, 200, "GET", ARM, SHUT NET_API, NULL);
    assert_int_equal(value_count(value_at(group, "properties.networkInterfaces")), 1);
    want(&bench, 400, "DELETE", ARM, SHUT NET_API, NULL); // in use
    want(&bench, 200, "PUT", ARM, INTERFACE NET_API, json_text(bench.arena, old));
    want(&bench, 202, "DELETE", ARM, SHUT NET_API, NULL);
    want(&bench, 204, "DELETE", ARM, SHUT NET_API, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void changes_one_rule_of_a_group(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    static const char rules[] = OPEN "/securityRules", rule[] = OPEN "/securityRules/deny" NET_API;
    want(&bench, 404, "GET", ARM, rule, NULL);
    want(&bench, 400, "PUT", ARM, rule,
         "{'properties': {'protocol': '*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 300}}");
    want(&bench, 201, "PUT", ARM, rule,
         "{'properties': {'protocol': '*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 100}}");
    want(&bench, 429, "DELETE", ARM, rule, NULL);
    wait_a_little();
    assert_int_equal(value_int_at(want(&bench, 200, "GET", ARM, rule, NULL), "properties.priority", 0), 100);
    const struct value *all =
        want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s" NET_API, rules), NULL);
    assert_int_equal(value_count(value_get(all, "value")), 3);
    const struct value *group = want(&bench, 200, "GET", ARM, OPEN NET_API, NULL);
    const struct value *last = value_item(value_at(group, "properties.securityRules"), 2);
    assert_string_equal(value_text_at(last, "etag"), value_text_at(group, "etag"));
    static const char other[] =
        "{'properties': {'protocol': '*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 110}}";
    bench.if_match = "W/\"1\"";
    want(&bench, 412, "PUT", ARM, rule, other);
    bench.if_match = value_text_at(last, "etag");
    want(&bench, 200, "PUT", ARM, rule, other);
    wait_a_little();
    bench.if_match = "*"; // any that is there
    want(&bench, 200, "PUT", ARM, rule, other);
    want(&bench, 412, "PUT", ARM, SHUT NET_API, "{'location': 'westeurope', 'properties': {}}");
    bench.if_match = NULL;
    wait_a_little();
    want(&bench, 202, "DELETE", ARM, rule, NULL);
    wait_a_little();
    want(&bench, 204, "DELETE", ARM, rule, NULL);
    assert_string_equal(before, digest_now(&bench));
    all = want(&bench, 200, "GET", ARM,
               PROD_SUB "/providers/Microsoft.Network/locations/westeurope/serviceTags" NET_API, NULL);
    assert_int_equal(value_count(value_get(all, "values")), 3);
    bench_close(&bench);
}

static void acts_on_machines_with_an_agent(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    want(&bench, 401, "GET", ENDPOINT, "/api/machines", NULL); // another API's token
    const struct value *found =
        with(&bench, 200, "GET", "/api/machines?$filter=startswith(computerDnsName,'vm-hr')", NULL);
    assert_int_equal(value_count(value_get(found, "value")), 1);
    assert_null(strstr(json_text(bench.arena, found), "\"_"));
    assert_int_equal(value_count(value_get(with(&bench, 200, "GET", AGENT "/software", NULL), "value")), 5);
    with(&bench, 404, "GET", "/api/machines/0000", NULL);
    with(&bench, 400, "POST", AGENT "/isolate", "{'IsolationType': 'Full'}");
    with(&bench, 400, "POST", AGENT "/isolate", "{'Comment': 'x', 'IsolationType': 'Half'}");
    const struct value *action =
        with(&bench, 201, "POST", AGENT "/isolate", "{'Comment': 'x', 'IsolationType': 'Full'}");
    assert_string_equal(value_text_at(action, "status"), "Pending");
    with(&bench, 400, "POST", AGENT "/isolate", "{'Comment': 'x', 'IsolationType': 'Full'}");
    assert_string_not_equal(before, digest_now(&bench));
    wait_a_little();
    char *target = arena_printf(bench.arena, "/api/machineactions/%s", value_text_at(action, "id"));
    assert_string_equal(value_text_at(with(&bench, 200, "GET", target, NULL), "status"), "Succeeded");
    with(&bench, 201, "POST", AGENT "/unisolate", "{'Comment': 'x'}");
    assert_string_equal(before, digest_now(&bench));
    bench.client = "c4a1e6b8-90d2-4c3f-b7a5-18e2d4f6093b";
    bench.secret = "lab-only-reads";
    with(&bench, 200, "GET", AGENT, NULL);
    with(&bench, 403, "POST", AGENT "/unisolate", "{'Comment': 'x'}");
    bench_close(&bench);
}

static void keeps_no_password_of_an_extension(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *body = "{'location': 'westeurope', 'properties': {'publisher': 'Microsoft.OSTCExtensions', "
                       "'type': 'VMAccessForLinux', 'typeHandlerVersion': '1.5', 'protectedSettings': "
                       "{'username': 'batch', 'password': 'a-word-that-nobody-may-keep'}}}";
    want(&bench, 201, "PUT", ARM, MACHINE "/extensions/access" API, body);
    wait_a_little();
    want(&bench, 409, "PUT", ARM, MACHINE "/extensions/another" API, body); // one of a type
    const struct value *all = want(&bench, 200, "GET", ARM, MACHINE "/extensions" API, NULL);
    assert_int_equal(value_count(value_get(all, "value")), 1);
    for (size_t i = 0; i < estate_count(bench.core->estate); i++)
        assert_null(strstr(json_text(bench.arena, estate_at(bench.core->estate, i)), "nobody-may-keep"));
    want(&bench, 202, "POST", ARM, MACHINE "/runCommand" API,
         "{'commandId': 'RunShellScript', 'script': ['cut -d: -f1 /etc/passwd']}");
    wait_a_little();
    const char *link = NULL;
    for (size_t i = 0; i < bench.last.header_count; i++)
        if (text_same(bench.last.headers[i].name, "Location"))
            link = bench.last.headers[i].value + strlen("https://" ARM);
    const struct value *said = want(&bench, 200, "GET", ARM, link, NULL);
    assert_non_null(strstr(json_text(bench.arena, said), "batch"));
    want(&bench, 202, "POST", ARM, MACHINE "/deallocate" API, NULL);
    wait_a_little();
    want(&bench, 409, "POST", ARM, MACHINE "/runCommand" API,
         "{'commandId': 'RunShellScript', 'script': ['id']}");
    bench_close(&bench);
}

static void lists_recommendations_with_what_is_asked_for(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *all = value_get(
        want(&bench, 200, "GET", ARM,
             "/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/providers/Microsoft.Security/assessments"
             "?api-version=2021-06-01",
             NULL),
        "value");
    assert_int_equal(value_count(all), 3);
    const char *id = value_text_at(value_item(all, 0), "id");
    assert_null(value_at(value_item(all, 0), "properties.metadata"));
    const struct value *one =
        want(&bench, 200, "GET", ARM,
             arena_printf(bench.arena, "%s?api-version=2021-06-01&$expand=metadata", id), NULL);
    assert_non_null(value_at(one, "properties.metadata.severity"));
    static const char machine[] =
        "/subscriptions/fab42902-0eef-4a4c-9642-6d3213a4a46e/resourceGroups/rg-hr-data"
        "/providers/Microsoft.Compute/virtualMachines/vm-hr-0";
    static const size_t meant[] = {0, 3};
    static const char *const rest[] = {"", "1"};
    for (size_t i = 0; i < 2; i++) { // a machine, and one whose name begins with that one's
        all = want(&bench, 200, "GET", ARM,
                   arena_printf(bench.arena,
                                "%s%s/providers/Microsoft.Security/assessments?api-version=2021-06-01",
                                machine, rest[i]),
                   NULL);
        assert_int_equal(value_count(value_get(all, "value")), meant[i]);
    }
    bench_close(&bench);
}

static void gives_a_recommendation_an_owner(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    static const char advice[] = MACHINE "/providers/Microsoft.Security/assessments/"
                                         "06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c/governanceAssignments";
    char *list = arena_printf(bench.arena, "%s?api-version=2022-01-01-preview", advice);
    char *one = arena_printf(
        bench.arena, "%s/11111111-2222-4333-8444-555555555555?api-version=2022-01-01-preview", advice);
    want(&bench, 400, "GET", ARM, arena_printf(bench.arena, "%s?api-version=2021-06-01", advice), NULL);
    want(&bench, 400, "PUT", ARM, one, "{'properties': {'owner': 'a@contoso.com'}}");
    want(&bench, 404, "GET", ARM, one, NULL);
    want(&bench, 201, "PUT", ARM, one, "{'properties': {'remediationDueDate': '2026-12-01T00:00:00Z'}}");
    want(&bench, 200, "PUT", ARM, one,
         "{'properties': {'owner': 'a@contoso.com', 'remediationDueDate': '2026-12-01T00:00:00Z'}}");
    const struct value *all = value_get(want(&bench, 200, "GET", ARM, list, NULL), "value");
    assert_string_equal(value_text_at(value_item(all, 0), "properties.owner"), "a@contoso.com");
    all = want(&bench, 200, "GET", ARM,
               PROD_SUB "/providers/Microsoft.Security/assessments?api-version=2021-06-01", NULL);
    assert_int_equal(value_count(value_get(all, "value")), 1); // an assignment is no recommendation
    want(&bench, 200, "DELETE", ARM, one, NULL);
    want(&bench, 204, "DELETE", ARM, one, NULL);
    assert_string_equal(before, digest_now(&bench));
    bench_close(&bench);
}

static void lists_software_that_was_found_without_an_agent(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *all = value_get(
        want(&bench, 200, "GET", ARM,
             MACHINE "/providers/Microsoft.Security/softwareInventories?api-version=2021-05-01-preview",
             NULL),
        "value");
    assert_int_equal(value_count(all), 3);
    assert_string_equal(value_text_at(value_item(all, 2), "properties.softwareName"), "xmrig");
    want(&bench, 404, "GET", ARM,
         MACHINE "8/providers/Microsoft.Security/softwareInventories?api-version=2021-05-01-preview", NULL);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shuts_an_interface_and_opens_it_again),
        cmocka_unit_test(changes_one_rule_of_a_group),
        cmocka_unit_test(acts_on_machines_with_an_agent),
        cmocka_unit_test(keeps_no_password_of_an_extension),
        cmocka_unit_test(lists_recommendations_with_what_is_asked_for),
        cmocka_unit_test(gives_a_recommendation_an_owner),
        cmocka_unit_test(lists_software_that_was_found_without_an_agent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
