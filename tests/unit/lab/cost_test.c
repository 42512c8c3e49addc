// Costs, budgets, quotas, tickets, contacts, suppression rules, second factors: what each service refuses,
// and what it makes of a change.
#include "harness.h"

#include "base/clock.h"
#include "base/text.h"

#define MINED "/subscriptions/662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"
#define QUERY MINED "/providers/Microsoft.CostManagement/query?api-version=2023-11-01"
#define BUDGET MINED "/providers/Microsoft.Consumption/budgets/monthly?api-version=2023-11-01"
#define QUOTA                                                                                                \
    MINED "/providers/Microsoft.Compute/locations/westeurope/providers/Microsoft.Quota/quotas/"              \
          "standardHBSFamily?api-version=2023-02-01"
#define LIMITS                                                                                               \
    "/providers/Microsoft.Capacity/resourceProviders/Microsoft.Compute/locations/westeurope/serviceLimits"
#define SANDBOX "/subscriptions/b1b975b7-09ab-4d05-867f-3a3b4bc1ba70"
#define TICKET MINED "/providers/Microsoft.Support/supportTickets/t1?api-version=2024-04-01"
#define MORE MINED "/providers/Microsoft.Support/supportTickets/t1/communications/c1?api-version=2024-04-01"
#define RULE MINED "/providers/Microsoft.Security/alertsSuppressionRules/noise?api-version=2019-01-01-preview"
#define CONTACT MINED "/providers/Microsoft.Security/securityContacts/default?api-version=2023-12-01-preview"

static char *query_of(struct bench *bench, int days, const char *granularity, const char *grouping)
{
    char *now = clock_rfc3339(bench->arena, clock_now_ms()),
         *from = clock_rfc3339(bench->arena, clock_now_ms() - (int64_t)days * 24 * 3600 * 1000);
    return arena_printf(
        bench->arena,
        "{'type': 'ActualCost', 'timeframe': 'Custom', 'timePeriod': {'from': '%s', 'to': '%s'}, 'dataset': "
        "{'granularity': '%s', 'aggregation': {'totalCost': {'name': 'Cost', 'function': 'Sum'}}%s}}",
        from, now, granularity, grouping);
}

static char *query(struct bench *bench, const char *granularity, const char *grouping)
{
    return query_of(bench, 3, granularity, grouping);
}

// The link is posted to with the same body.
static void costs_in_pages(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *body = query_of(&bench, 99, "Daily", "");
    const struct value *answer = want(&bench, 200, "POST", ARM, QUERY, body);
    size_t rows = value_count(value_at(answer, "properties.rows")), pages = 1;
    for (const char *next; (next = value_text_at(answer, "properties.nextLink")) != NULL; pages++) {
        answer = want(&bench, 200, "POST", ARM, strchr(next + strlen("https://"), '/'), body);
        rows += value_count(value_at(answer, "properties.rows"));
    }
    assert_int_equal(rows, 100);
    assert_int_equal(pages, 3);
    want(&bench, 400, "POST", ARM, QUERY "&$skiptoken=MDAwMDQw", body);
    bench_close(&bench);
}

#define SUMMED                                                                                               \
    "'dataset': {'granularity': 'Daily', 'aggregation': {'totalCost': {'name': 'Cost', 'function': 'Sum'}}}"

// Rows of days between the two moments, which the answer has no more of.
static void costs_of_a_timeframe(void **state)
{
    (void)state;
    static const struct {
        const char *timeframe;
        size_t least, most;
    } cases[] = {{"WeekToDate", 1, 7},
                 {"MonthToDate", 1, 31},
                 {"BillingMonthToDate", 1, 31},
                 {"TheLastMonth", 28, 31},
                 {"TheLastBillingMonth", 28, 31}};
    struct bench bench;
    bench_open(&bench, NULL);
    char *today = clock_rfc3339(bench.arena, clock_now_ms());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *answer =
            want(&bench, 200, "POST", ARM, QUERY,
                 arena_printf(bench.arena, "{'type': 'ActualCost', 'timeframe': '%s', " SUMMED "}",
                              cases[i].timeframe));
        const struct value *rows = value_at(answer, "properties.rows");
        assert_in_range(value_count(rows), cases[i].least, cases[i].most);
        const struct value *day = value_item(value_item(rows, 0), 1);
        bool last = text_starts(cases[i].timeframe, "TheLast");
        if (text_find_nocase(cases[i].timeframe, "Month") != NULL) {
            assert_int_equal(day->integer % 100, 1);
            assert_int_equal(day->integer / 100 % 100 == strtol(today + 5, NULL, 10), !last);
        }
    }
    want(&bench, 400, "POST", ARM, QUERY, "{'type': 'ActualCost', 'timeframe': 'Custom', " SUMMED "}");
    want(&bench, 400, "POST", ARM, QUERY, "{'type': 'ActualCost', 'timeframe': 'Never', " SUMMED "}");
    bench_close(&bench);
}

static void costs(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *answer = want(&bench, 200, "POST", ARM, QUERY, query(&bench, "Daily", ""));
    assert_int_equal(value_count(value_at(answer, "properties.rows")), 4);
    assert_int_equal(value_count(value_at(answer, "properties.columns")), 3);
    answer = want(&bench, 200, "POST", ARM, QUERY,
                  query(&bench, "None", ", 'grouping': [{'type': 'Dimension', 'name': 'ResourceId'}]"));
    assert_int_equal(value_count(value_at(answer, "properties.rows")), 2);
    want(&bench, 400, "POST", ARM, QUERY, query(&bench, "Hourly", ""));
    want(&bench, 400, "POST", ARM, QUERY, "{'type': 'ActualCost', 'timeframe': 'MonthToDate'}"); // of what?
    // It only reads, and may be asked by who only reads.
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 200, "POST", ARM, QUERY, query(&bench, "Daily", ""));
    want(&bench, 403, "DELETE", ARM, BUDGET, NULL);
    bench_close(&bench);
}

static void budgets(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *there = want(&bench, 200, "GET", ARM, BUDGET, NULL);
    const char *tag = json_text(bench.arena, value_get(there, "eTag"));
    char *body =
        arena_printf(bench.arena,
                     "{\"eTag\": %s, \"properties\": {\"category\": \"Cost\", \"amount\": 5, \"timeGrain\": "
                     "\"Monthly\", \"timePeriod\": {\"startDate\": \"2026-01-01T00:00:00Z\"}}}",
                     tag);
    want(&bench, 409, "PUT", ARM, BUDGET,
         "{'properties': {'category': 'Cost', 'amount': 5, 'timeGrain': 'Monthly', 'timePeriod': "
         "{'startDate': "
         "'2026-01-01T00:00:00Z'}}}");
    want(&bench, 400, "PUT", ARM, BUDGET,
         "{'properties': {'category': 'Cost', 'amount': 5, 'timeGrain': 'Monthly', 'timePeriod': "
         "{'startDate': "
         "'2026-01-02T00:00:00Z'}}}");
    want(&bench, 200, "PUT", ARM, BUDGET, body);
    want(&bench, 409, "PUT", ARM, BUDGET, body); // the tag is another one by now
    want(&bench, 200, "DELETE", ARM, BUDGET, NULL);
    want(&bench, 404, "GET", ARM, BUDGET, NULL);
    want(&bench, 404, "DELETE", ARM, BUDGET, NULL);
    bench_close(&bench);
}

static void quotas(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 400, "PATCH", ARM, QUOTA, "{'properties': {'limit': {'value': -1}}}");
    want(&bench, 202, "PATCH", ARM, QUOTA,
         "{'properties': {'limit': {'limitObjectType': 'LimitValue', 'value': 0}}}");
    const struct value *now = want(&bench, 200, "GET", ARM, QUOTA, NULL);
    assert_int_equal(value_int_at(now, "properties.limit.value", -1), 120); // not yet
    assert_null(value_get(now, "_next"));
    usleep(300 * 1000);
    now = want(&bench, 200, "GET", ARM, QUOTA, NULL);
    assert_int_equal(value_int_at(now, "properties.limit.value", -1), 0);
    bench_close(&bench);
}

// Where Microsoft.Quota is not registered it refuses, and what was before it answers.
static void older_quotas(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 409, "GET", ARM,
         SANDBOX "/providers/Microsoft.Compute/locations/westeurope/providers/Microsoft.Quota/quotas"
                 "?api-version=2023-02-01",
         NULL);
    assert_string_equal(value_text_at(want(&bench, 200, "GET", ARM,
                                           SANDBOX "/providers/Microsoft.Quota?api-version=2022-09-01", NULL),
                                      "registrationState"),
                        "NotRegistered");
    const struct value *all = want(&bench, 200, "GET", ARM, SANDBOX LIMITS "?api-version=2020-10-25", NULL);
    assert_int_equal(value_int_at(value_item(value_get(all, "value"), 0), "properties.limit", 0), 24);
    const char *one = SANDBOX LIMITS "/standardNCSv3Family?api-version=2020-10-25";
    const struct value *made = want(&bench, 201, "PATCH", ARM, one, "{'properties': {'limit': 3}}");
    want(&bench, 200, "GET", ARM,
         arena_printf(bench.arena, "%s?api-version=2020-10-25", value_text_at(made, "id")), NULL);
    usleep(300 * 1000);
    assert_int_equal(value_int_at(want(&bench, 200, "GET", ARM, one, NULL), "properties.limit", -1), 3);
    want(&bench, 200, "POST", ARM, SANDBOX "/providers/Microsoft.Quota/register?api-version=2022-09-01",
         NULL);
    want(&bench, 200, "GET", ARM,
         SANDBOX "/providers/Microsoft.Compute/locations/westeurope/providers/Microsoft.Quota/quotas"
                 "?api-version=2023-02-01",
         NULL);
    want(&bench, 404, "POST", ARM, SANDBOX "/providers/Microsoft.Nope/register?api-version=2022-09-01", NULL);
    bench_close(&bench);
}

static void tickets(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 400, "PUT", ARM, TICKET, "{'properties': {'title': 'x'}}");
    const char *body =
        "{'properties': {'serviceId': 'a', 'problemClassificationId': 'b', 'title': 't', 'description': 'd', "
        "'severity': 'critical', 'advancedDiagnosticConsent': 'No', 'contactDetails': {'firstName': 'a', "
        "'lastName': 'b', 'preferredContactMethod': 'email', 'primaryEmailAddress': 'a@b.example', "
        "'preferredTimeZone': 'UTC', 'country': 'NLD', 'preferredSupportLanguage': 'en-us'}}}";
    const struct value *made = want(&bench, 200, "PUT", ARM, TICKET, body);
    const char *number = value_text_at(made, "properties.supportTicketId");
    assert_string_equal(
        value_text_at(want(&bench, 200, "PUT", ARM, TICKET, body), "properties.supportTicketId"), number);
    want(&bench, 405, "DELETE", ARM, TICKET, NULL);
    want(&bench, 400, "PUT", ARM, MORE, "{'properties': {'subject': 's'}}");
    want(&bench, 202, "PUT", ARM, MORE, "{'properties': {'subject': 's', 'body': 'b'}}");
    want(&bench, 200, "GET", ARM, MORE, NULL);
    made = want(&bench, 200, "GET", ARM,
                MINED "/providers/Microsoft.Support/supportTickets?api-version=2024-04-01", NULL);
    assert_int_equal(value_count(value_get(made, "value")), 1);
    made = want(&bench, 200, "GET", ARM,
                MINED "/providers/Microsoft.Support/supportTickets/t1/communications?api-version=2024-04-01",
                NULL);
    assert_int_equal(value_count(value_get(made, "value")), 1);
    made = want(&bench, 200, "PATCH", ARM, TICKET, "{'status': 'closed'}");
    assert_string_equal(value_text_at(made, "properties.status"), "closed");
    bench_close(&bench);
}

static void people(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 404, "GET", ARM, CONTACT, NULL);
    want(&bench, 201, "PUT", ARM, CONTACT, "{'properties': {'emails': 'a@b.example', 'isEnabled': true}}");
    want(&bench, 400, "PUT", ARM, CONTACT, "{'properties': {'emails': ['a@b.example']}}");
    const struct value *contacts =
        want(&bench, 200, "GET", ARM,
             MINED "/providers/Microsoft.Security/securityContacts?api-version=2023-12-01-preview", NULL);
    assert_int_equal(value_count(value_get(contacts, "value")), 1);
    want(&bench, 200, "DELETE", ARM, CONTACT, NULL);
    const char *report = "/v1.0/reports/authenticationMethods/userRegistrationDetails";
    const struct value *all =
        want(&bench, 200, "GET", GRAPH,
             arena_printf(bench.arena, "%s?$filter=isMfaRegistered%%20eq%%20false", report), NULL);
    assert_int_equal(value_count(value_get(all, "value")), 2);
    const char *defaults = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
    assert_false(value_flag_at(want(&bench, 200, "GET", GRAPH, defaults, NULL), "isEnabled"));
    want(&bench, 400, "PATCH", GRAPH, defaults, "{'isEnabled': 'yes'}");
    want(&bench, 204, "PATCH", GRAPH, defaults, "{'isEnabled': true}");
    assert_true(value_flag_at(want(&bench, 200, "GET", GRAPH, defaults, NULL), "isEnabled"));
    bench_close(&bench);
}

static void suppressions(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    want(&bench, 404, "GET", ARM, RULE, NULL);
    want(&bench, 400, "PUT", ARM, RULE, "{'properties': {'alertType': 'KV_X', 'reason': 'Other'}}");
    want(&bench, 400, "PUT", ARM, RULE,
         "{'properties': {'alertType': 'KV_X', 'reason': 'Other', 'state': 'Sometimes'}}");
    const struct value *rule =
        want(&bench, 200, "PUT", ARM, RULE,
             "{'properties': {'alertType': 'KV_X', 'reason': 'Other', 'state': 'Enabled', 'comment': 'x'}}");
    assert_string_equal(value_text_at(rule, "name"), "noise");
    assert_non_null(value_text_at(rule, "properties.lastModifiedUtc"));
    rule = want(&bench, 200, "GET", ARM,
                MINED "/providers/Microsoft.Security/alertsSuppressionRules?api-version=2019-01-01-preview",
                NULL);
    assert_int_equal(value_count(value_get(rule, "value")), 1);
    want(&bench, 204, "DELETE", ARM, RULE, NULL);
    want(&bench, 204, "DELETE", ARM, RULE, NULL);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs),          cmocka_unit_test(costs_of_a_timeframe),
        cmocka_unit_test(costs_in_pages), cmocka_unit_test(suppressions),
        cmocka_unit_test(budgets),        cmocka_unit_test(quotas),
        cmocka_unit_test(older_quotas),   cmocka_unit_test(tickets),
        cmocka_unit_test(people)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
