// The audit query, as the standard library writes it, and what is refused.
#include "harness.h"

#include "base/text.h"
#include "lab/kql.h"

#define SKELETON                                                                                             \
    "union isfuzzy=true\n"                                                                                   \
    "  (AZKVAuditLogs | extend rid = tolower(_ResourceId), addr = "                                          \
    "tostring(column_ifexists(\"CallerIpAddress\", \"\")),\n"                                                \
    "      upn = tostring(column_ifexists(\n          \"any_column\", \"\"))),\n"                            \
    "  (AzureDiagnostics | where ResourceProvider == \"MICROSOFT.KEYVAULT\")\n"                              \
    "| where TimeGenerated between (start .. end) and (isempty(vault) or rid == vault)\n"                    \
    "| project TimeGenerated, OperationName, addr, idn, appid, upn, obj, code, CorrelationId\n"              \
    "| order by TimeGenerated asc | take 10000"
#define WORKSPACE "/v1/workspaces/7acae272-c4ea-4c5b-a158-b941414b5cf5/query"

static size_t rows_of(struct bench *bench, const char *lets)
{
    struct text body = text_new(bench->arena);
    text_add(&body, "{\"query\":");
    json_write_string(&body, arena_printf(bench->arena, "%s%s", lets, SKELETON));
    text_add(&body, "}");
    // Not through want(): a query holds apostrophes of its own.
    struct call call = {.arena = bench->arena,
                        .method = "POST",
                        .host_name = LOGS,
                        .target = WORKSPACE,
                        .authorization = sign_in(bench, "https://api.loganalytics.io"),
                        .content_type = "application/json",
                        .bytes = body.ptr,
                        .length = body.length};
    core_answer(bench->core, &call);
    if (call.status != 200)
        fail_msg("%s", json_text(bench->arena, call.answer));
    const struct value *table = value_item(value_get(call.answer, "tables"), 0);
    assert_int_equal(value_count(value_get(table, "columns")), 9);
    return value_count(value_get(table, "rows"));
}

static void binds(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    size_t all = rows_of(&bench, "");
    const char *vault = arena_printf(bench.arena, "let vault = tolower(\"%s\");", PROD_ID);
    size_t of_vault = rows_of(&bench, vault);
    assert_true(of_vault > 0 && of_vault < all);
    size_t by_ip = rows_of(&bench, arena_printf(bench.arena, "%s let ip = \"203.0.113.77\";", vault));
    assert_int_equal(by_ip, 10);
    size_t by_who = rows_of(&bench, arena_printf(bench.arena, "%s let who = \"" DANA "\";", vault));
    assert_true(by_who > by_ip);
    assert_int_equal(
        rows_of(&bench, arena_printf(bench.arena, "%s let name = \"Dana.Levy@contoso.com\";", vault)),
        by_who);
    // Any of who, name, app and ip; an empty one does not count.
    size_t either = rows_of(&bench, arena_printf(bench.arena,
                                                 "%s let who = \"" DANA "\"; let ip = \"192.0.2.17\"; "
                                                 "let app = \"\";",
                                                 vault));
    assert_true(either > by_who);
    assert_int_equal(rows_of(&bench, "let start = datetime(2090-01-01T00:00:00Z);"), 0);
    assert_int_equal(rows_of(&bench, "let end = datetime(2020-01-01T00:00:00Z);"), 0);
    bench_close(&bench);
}

static bool parses(struct arena *arena, const char *text)
{
    struct kql_query query;
    const char *what;
    return kql_parse(arena, text, &query, &what);
}

static void refuses_what_it_cannot_evaluate(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_true(parses(arena, SKELETON));
    assert_false(parses(arena, "Heartbeat | take 1"));
    assert_false(parses(arena, "let other = \"x\"; " SKELETON));
    assert_false(parses(arena, SKELETON " | where OperationName == \"SecretGet\""));
    assert_false(parses(arena, SKELETON " | summarize count() by addr"));
    assert_false(parses(arena, "let ip = \"x"));
    assert_false(parses(arena, "let ip = \"x\" \"y\"; " SKELETON));
    assert_false(parses(arena, "AZKVAuditLogs \""));
    assert_false(parses(arena, ""));
    assert_false(parses(arena, SKELETON " | where code == 403"));
    assert_false(parses(arena, SKELETON " | where code >= code"));
    assert_false(parses(arena, SKELETON " | where addr != ip"));
    assert_false(parses(arena, SKELETON " | where not(addr == ip)"));
    assert_false(parses(arena, "5 == code | AZKVAuditLogs"));
    struct kql_query query;
    const char *what;
    assert_true(kql_parse(arena, "let ip = \"a\\\"b\"; AZKVAuditLogs | order by TimeGenerated desc | take 5",
                          &query, &what));
    assert_string_equal(query.ip, "a\"b");
    assert_true(query.newest_first);
    assert_int_equal(query.take, 5);
    assert_true(kql_parse(arena, "AZKVAuditLogs | sort by TimeGenerated", &query, &what));
    assert_true(query.newest_first);
    assert_true(kql_parse(arena, SKELETON, &query, &what));
    assert_false(query.newest_first);
    assert_true(kql_parse_timespan(arena, "P1DT2H", 1000000000, &query));
    assert_int_equal(query.start, 1000000000 - 26 * 3600000);
    assert_true(kql_parse(arena, SKELETON, &query, &what) &&
                kql_parse_timespan(arena, "PT172800.0S", 1000000000, &query));
    assert_int_equal(query.start, 1000000000 - 172800000);
    assert_true(kql_parse(arena, SKELETON, &query, &what));
    assert_true(kql_parse_timespan(arena, "P1D/2001-09-09T01:46:40Z", 0, &query));
    assert_int_equal(query.end, 1000000000000);
    assert_int_equal(query.start, 1000000000000 - 86400000);
    assert_false(kql_parse_timespan(arena, "P1D/P1D", 0, &query));
    assert_false(kql_parse_timespan(arena, "yesterday", 0, &query));
    assert_true(kql_parse_timespan(arena, "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z", 0, &query));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(binds),
                                       cmocka_unit_test(refuses_what_it_cannot_evaluate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
