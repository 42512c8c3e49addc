// Bodies in their depth: what stands in a list or a map is of the type that the description says, and there
// where it must be; and what descriptions say of answers and options beside them.
#include "harness.h"

#include "base/text.h"
#include "lab/operation.h"

#define VM PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01"
#define VM_7 PROD_SUB "/resourceGroups/rg-batch/providers/Microsoft.Compute/virtualMachines/vm-batch-07"
#define NETWORK PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Network/"
#define HOUSE                                                                                                \
    PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/automationAccounts/"              \
             "aa-contoso-ops"
#define MINED "/subscriptions/662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"
#define BUDGET MINED "/providers/Microsoft.Consumption/budgets/new?api-version=2023-11-01"
#define BUDGET_OF(notice)                                                                                    \
    "{'properties': {'category': 'Cost', 'amount': 5.5, 'timeGrain': 'Monthly', 'timePeriod': "              \
    "{'startDate': '2026-01-01T00:00:00Z'}, 'notifications': {'n': " notice "}}}"
#define DIAGNOSTICS                                                                                          \
    PROD_ID "/providers/Microsoft.Insights/diagnosticSettings/d?api-version=2021-05-01-preview"
#define DIAGNOSTICS_OF(log) "{'properties': {'workspaceId': '" LAB_WORKSPACE "', 'logs': [" log "]}}"
#define RULE PROD_SUB "/providers/Microsoft.Security/alertsSuppressionRules/r?api-version=2019-01-01-preview"
#define RULE_OF(scope)                                                                                       \
    "{'properties': {'alertType': 'KV_X', 'reason': 'Other', 'state': 'Enabled', "                           \
    "'suppressionAlertsScope': " scope "}}"
#define DISK_OF(member) "{'properties': {'storageProfile': {'osDisk': {" member "}}}}"
#define COMMAND VM "/runCommand?api-version=2024-03-01"
#define COMMAND_OF(rest) "{'commandId': 'RunShellScript', 'script': ['id']" rest "}"
#define GROUP NETWORK "networkSecurityGroups/new?api-version=2024-01-01"
#define GROUP_OF(rest)                                                                                       \
    "{'location': 'westeurope', 'properties': {'securityRules': [{'name': 'r', 'properties': {'protocol': "  \
    "'*', 'access': 'Deny', 'direction': 'Inbound', 'priority': 100" rest "}}]}}"
#define CARD NETWORK "networkInterfaces/new?api-version=2024-01-01"
#define CARD_OF(properties)                                                                                  \
    "{'location': 'westeurope', 'properties': {'ipConfigurations': [{'name': 'c', 'properties': " properties \
    "}]}}"

// The first body of a target is taken, the others are not.
static void depth_is_judged(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *taken, *refused[4];
    } cases[] = {
        {"PUT",
         BUDGET,
         BUDGET_OF("{'enabled': true, 'operator': 'EqualTo', 'threshold': 80, 'contactEmails': []}"),
         {BUDGET_OF("{'enabled': true, 'operator': 'EqualTo', 'threshold': 80}"),
          BUDGET_OF("{'enabled': true, 'operator': 'Near', 'threshold': 80, 'contactEmails': []}"),
          BUDGET_OF("{'enabled': true, 'operator': 'EqualTo', 'threshold': 80, 'contactEmails': [1]}"),
          BUDGET_OF("'x'")}},
        {"PUT",
         DIAGNOSTICS,
         DIAGNOSTICS_OF("{'category': 'AuditEvent', 'enabled': true}"),
         {DIAGNOSTICS_OF("{'category': 'AuditEvent'}"),
          DIAGNOSTICS_OF("{'category': 'AuditEvent', 'enabled': 'yes'}"),
          DIAGNOSTICS_OF("{'enabled': true, 'retentionPolicy': {'enabled': true, 'days': -1}}"),
          DIAGNOSTICS_OF("null")}},
        {"PUT",
         RULE,
         RULE_OF("{'allOf': [{'field': 'entities.ip.address', 'in': ['192.0.2.7']}]}"),
         {RULE_OF("{}"), RULE_OF("{'allOf': {}}"), RULE_OF("{'allOf': [{'field': 7}]}"), RULE_OF("7")}},
        {"PATCH",
         VM_7 "?api-version=2024-03-01",
         "{'identity': {'type': 'SystemAssigned, UserAssigned'}}",
         {"{'identity': {'type': 7}}", "{'tags': 'x'}", DISK_OF("'name': 7"), DISK_OF("'name': {}")}},
        {"POST",
         COMMAND,
         COMMAND_OF(", 'parameters': [{'name': 'a', 'value': 'b'}]"),
         {COMMAND_OF(", 'parameters': [{'name': 'a'}]"), COMMAND_OF(", 'parameters': 'a'"),
          "{'commandId': 'RunShellScript', 'script': [7]}", "{'commandId': 'RunShellScript'}"}},
        {"PUT",
         GROUP,
         GROUP_OF(", 'destinationPortRanges': ['22', '80-90']"),
         {GROUP_OF(", 'destinationPortRanges': [22]"), GROUP_OF(", 'sourceAddressPrefix': {}"),
          GROUP_OF(", 'description': 7"),
          "{'location': 'westeurope', 'properties': {'securityRules': ['r']}}"}},
        {"PUT",
         CARD,
         CARD_OF("{'privateIPAllocationMethod': 'Dynamic'}"),
         {CARD_OF("{'privateIPAllocationMethod': 'Often'}"), CARD_OF("{'subnet': 'x'}"),
          CARD_OF("{'primary': 'yes'}"), CARD_OF("[]")}},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *before = digest_now(&bench);
        for (size_t j = 0; j < sizeof cases[i].refused / sizeof *cases[i].refused; j++) {
            const struct value *answer =
                want(&bench, 400, cases[i].method, ARM, cases[i].target, cases[i].refused[j]);
            assert_string_equal(value_text_at(answer, value_get(answer, "error") ? "error.code" : "code"),
                                "InvalidRequestContent");
        }
        assert_string_equal(before, digest_now(&bench));
        ask(&bench, cases[i].method, ARM, cases[i].target, cases[i].taken);
        assert_in_range(bench.last.status, 200, 202);
    }
    bench_close(&bench);
}

static const char *header(const struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->last.header_count; i++)
        if (text_same(bench->last.headers[i].name, name))
            return bench->last.headers[i].value;
    return NULL;
}

// What the descriptions say of answers, beside their bodies.
static void answers_are_whole(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    // Quotas have a tag: the same as long as they are the same.
    const char *quotas =
        MINED "/providers/Microsoft.Compute/locations/westeurope/providers/Microsoft.Quota/quotas"
              "?api-version=2023-02-01";
    want(&bench, 200, "GET", ARM, quotas, NULL);
    const char *tag = header(&bench, "ETag");
    assert_non_null(tag);
    want(&bench, 200, "GET", ARM, quotas, NULL);
    assert_string_equal(tag, header(&bench, "ETag"));
    // Webhooks and job schedules that are not there cannot be deleted.
    want(&bench, 200, "DELETE", ARM, HOUSE "/webhooks/w-9921?api-version=2015-10-31", NULL);
    want(&bench, 404, "DELETE", ARM, HOUSE "/webhooks/w-9921?api-version=2015-10-31", NULL);
    want(&bench, 404, "DELETE", ARM, HOUSE "/jobSchedules/" DANA "?api-version=2023-11-01", NULL);
    // A ticket has all that one must have.
    const struct value *ticket = want(&bench, 200, "GET", ARM,
                                      "/subscriptions/856b9ad0-dd1f-4bf7-aa9e-75e8073c5009/providers/"
                                      "Microsoft.Support/supportTickets/csp-abuse-856b9ad0-dd1f-4bf7-aa9e-"
                                      "75e8073c5009?api-version=2024-04-01",
                                      NULL);
    assert_non_null(value_text_at(ticket, "properties.contactDetails.primaryEmailAddress"));
    bench_close(&bench);
}

// Where the result of a disk's making is read, the disk is.
static void a_copy_is_read_in_the_end(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 202, "PUT", ARM,
         PROD_SUB
         "/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/snapshots/s?api-version=2023-10-02",
         "{'location': 'westeurope', 'properties': {'creationData': {'createOption': 'Copy', "
         "'sourceResourceId': '" PROD_SUB "/resourceGroups/rg-contoso-prod/providers/Microsoft.Compute/disks/"
         "vm-web-01_OsDisk_1_5d0c7a11'}}}");
    const char *link = header(&bench, "Location") + strlen("https://" ARM);
    usleep((OPERATION_MS + 100) * 1000);
    const struct value *made = want(&bench, 200, "GET", ARM, link, NULL);
    assert_string_equal(value_text_at(made, "properties.provisioningState"), "Succeeded");
    bench_close(&bench);
}

// An option is evaluated or refused, never passed over.
static void options_count(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    static const char *const lists[] = {
        PROD_SUB "/providers/Microsoft.Compute/virtualMachines?api-version=2024-03-01",
        PROD_SUB "/providers/Microsoft.Authorization/locks?api-version=2020-05-01",
        PROD_SUB "/providers/Microsoft.Security/alerts?api-version=2022-01-01",
        HOUSE "/jobs?api-version=2023-11-01"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        want(&bench, 200, "GET", ARM, lists[i], NULL);
        want(&bench, 400, "GET", ARM, arena_printf(bench.arena, "%s&$filter=a%%20eq%%20%%27b%%27", lists[i]),
             NULL);
    }
    const struct value *machines =
        want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s&statusOnly=true", lists[0]), NULL);
    assert_non_null(
        value_at(value_item(value_get(machines, "value"), 0), "properties.instanceView.statuses"));
    const char *rules =
        PROD_SUB "/providers/Microsoft.Security/alertsSuppressionRules?api-version=2019-01-01-preview";
    want(&bench, 200, "PUT", ARM, RULE,
         "{'properties': {'alertType': 'KV_X', 'reason': 'Other', 'state': 'Enabled'}}");
    machines = want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s&AlertType=KV_Y", rules), NULL);
    assert_int_equal(value_count(value_get(machines, "value")), 0);
    machines = want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s&AlertType=KV_X", rules), NULL);
    assert_int_equal(value_count(value_get(machines, "value")), 1);
    want(&bench, 400, "POST", ARM, LAB_WORKSPACE "/api/query?api-version=2020-08-01",
         "{'query': 'AzureDiagnostics', 'timespan': 7}");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_count),
        cmocka_unit_test(depth_is_judged),
        cmocka_unit_test(answers_are_whole),
        cmocka_unit_test(a_copy_is_read_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
