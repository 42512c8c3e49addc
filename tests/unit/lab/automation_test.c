// Automation accounts: runbooks and what starts them; every change and its undo against the digest.
#include "harness.h"

#include "base/text.h"

#define ACCOUNT                                                                                              \
    PROD_SUB "/resourceGroups/rg-automation/providers/Microsoft.Automation/automationAccounts/"              \
             "aa-contoso-ops"
#define API "?api-version=2023-11-01"
#define HOOK_API "?api-version=2015-10-31"
#define STRANGE ACCOUNT "/runbooks/hX7rT2-tmp"

static size_t count_of(struct bench *bench, const char *folder)
{
    const struct value *list =
        want(bench, 200, "GET", ARM, arena_printf(bench->arena, ACCOUNT "/%s", folder), NULL);
    return value_count(value_get(list, "value"));
}

static void shows_what_there_is(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list = want(&bench, 200, "GET", ARM,
                                    PROD_SUB "/providers/Microsoft.Automation/automationAccounts" API, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 1);
    list = want(&bench, 200, "GET", ARM, ACCOUNT "/runbooks" API, NULL);
    assert_int_equal(value_count(value_get(list, "value")), 2);
    // A list is thin, and nothing shows what is the lab's own.
    assert_null(value_at(value_item(value_get(list, "value"), 0), "properties.lastModifiedBy"));
    assert_null(strstr(json_text(bench.arena, list), "\"_"));
    const struct value *runbook = want(&bench, 200, "GET", ARM, STRANGE API, NULL);
    assert_string_equal(value_text_at(runbook, "properties.lastModifiedBy"), "svc-admin-old@contoso.com");
    assert_null(strstr(json_text(bench.arena, runbook), "\"_"));
    want(&bench, 404, "GET", ARM, ACCOUNT "/runbooks/none" API, NULL);
    want(&bench, 400, "GET", ARM, STRANGE, NULL);
    want(&bench, 400, "GET", ARM, STRANGE "?api-version=2016-10-31", NULL);
    want(&bench, 200, "GET", ARM, ACCOUNT "/webhooks/W-9921" HOOK_API, NULL);
    assert_null(strstr(json_text(bench.arena, bench.last.answer), "uri"));
    want(&bench, 200, "GET", ARM, STRANGE "/content" API, NULL);
    assert_null(bench.last.answer);
    assert_non_null(strstr(bench.last.text, "Connect-AzAccount"));
    want(&bench, 404, "GET", ARM, STRANGE "/draft/content" API, NULL);
    bench_close(&bench);
}

static void deletes_a_runbook_with_what_starts_it(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    assert_int_equal(count_of(&bench, "webhooks" HOOK_API), 1);
    assert_int_equal(count_of(&bench, "jobSchedules" API), 2);
    assert_int_equal(count_of(&bench, "jobs" API), 1);
    want(&bench, 200, "DELETE", ARM, STRANGE API, NULL);
    want(&bench, 204, "DELETE", ARM, STRANGE API, NULL);
    assert_int_equal(count_of(&bench, "webhooks" HOOK_API), 0);
    assert_int_equal(count_of(&bench, "jobSchedules" API), 1);
    assert_int_equal(count_of(&bench, "jobs" API), 0);
    bench_close(&bench);
}

// A request whose body is no JSON.
static void put_text(struct bench *bench, const char *type, const char *text, int status)
{
    struct call call = {.arena = bench->arena,
                        .method = "PUT",
                        .host_name = ARM,
                        .target = ACCOUNT "/runbooks/Rotate-Logs/draft/content" API,
                        .authorization = sign_in(bench, "https://management.azure.com"),
                        .content_type = type,
                        .bytes = text,
                        .length = strlen(text)};
    core_answer(bench->core, &call);
    assert_int_equal(call.status, status);
}

static void makes_a_runbook_again(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *body = "{'name': 'Rotate-Logs', 'location': 'westeurope', 'tags': {}, 'properties': "
                       "{'runbookType': 'PowerShell', 'description': 'Nightly: old logs to the archive', "
                       "'logVerbose': false, 'logProgress': false, 'draft': {}}}";
    const char *link =
        "{'properties': {'runbook': {'name': 'Rotate-Logs'}, 'schedule': {'name': 'nightly'}}}";
    char *before = digest_now(&bench);
    want(&bench, 200, "GET", ARM, ACCOUNT "/runbooks/Rotate-Logs/content" API, NULL);
    char *text = arena_strdup(bench.arena, bench.last.text);
    want(&bench, 200, "DELETE", ARM, ACCOUNT "/runbooks/Rotate-Logs" API, NULL);
    want(&bench, 404, "GET", ARM, ACCOUNT "/runbooks/Rotate-Logs/content" API, NULL);
    want(&bench, 201, "PUT", ARM, ACCOUNT "/runbooks/Rotate-Logs" API, body);
    want(&bench, 404, "GET", ARM, ACCOUNT "/runbooks/Rotate-Logs/content" API, NULL); // never published
    want(&bench, 400, "POST", ARM, ACCOUNT "/runbooks/Rotate-Logs/publish" API, NULL);
    put_text(&bench, "application/json", text, 415);
    put_text(&bench, "text/powershell", "\xff", 400);
    put_text(&bench, "text/powershell", text, 200);
    want(&bench, 202, "POST", ARM, ACCOUNT "/runbooks/Rotate-Logs/publish" API, NULL);
    const char *new_id = ACCOUNT "/jobSchedules/7c1f0c52-3d7e-4f0a-9a55-6e0c1d2b9f11" API;
    want(&bench, 400, "PUT", ARM, ACCOUNT "/jobSchedules/nightly" API, link);
    want(&bench, 201, "PUT", ARM, new_id, link);
    want(&bench, 409, "PUT", ARM, new_id, link);
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 200, "PUT", ARM, ACCOUNT "/runbooks/Rotate-Logs" API,
         "{'tags': {'owner': 'x'}, 'properties': {'runbookType': 'PowerShell', 'logVerbose': true, 'draft': "
         "{}}}");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "PUT", ARM, ACCOUNT "/runbooks/Rotate-Logs" API, body); // tags are replaced
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 400, "PUT", ARM, ACCOUNT "/runbooks/Other" API,
         "{'properties': {'runbookType': 'Perl', 'draft': {}}}");
    want(&bench, 400, "PUT", ARM, ACCOUNT "/runbooks/Other" API, "{'properties': {'runbookType': 'Script'}}");
    bench_close(&bench);
}

static void disables_webhooks_and_stops_jobs(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    char *before = digest_now(&bench);
    const char *hook = ACCOUNT "/webhooks/w-9921" HOOK_API;
    want(&bench, 400, "PATCH", ARM, hook, "{'name': 'other', 'properties': {'isEnabled': false}}");
    want(&bench, 200, "PATCH", ARM, hook, "{'name': 'w-9921', 'properties': {'isEnabled': false}}");
    assert_string_not_equal(before, digest_now(&bench));
    want(&bench, 200, "PATCH", ARM, hook, "{'name': 'w-9921', 'properties': {'isEnabled': true}}");
    assert_string_equal(before, digest_now(&bench));
    want(&bench, 200, "DELETE", ARM, hook, NULL);
    want(&bench, 404, "PATCH", ARM, hook, "{'name': 'w-9921', 'properties': {'isEnabled': true}}");
    const char *job = ACCOUNT "/jobs/9dddd5ce-1b13-45bc-897f-eeb871842d4b";
    want(&bench, 200, "POST", ARM, arena_printf(bench.arena, "%s/stop" API, job), NULL);
    want(&bench, 400, "POST", ARM, arena_printf(bench.arena, "%s/stop" API, job), NULL);
    const struct value *stopped =
        want(&bench, 200, "GET", ARM, arena_printf(bench.arena, "%s" API, job), NULL);
    assert_string_equal(value_text_at(stopped, "properties.status"), "Stopped");
    bench.client = LAB_READER_ID;
    bench.secret = LAB_READER_SECRET;
    want(&bench, 403, "DELETE", ARM, STRANGE API, NULL);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_there_is), cmocka_unit_test(deletes_a_runbook_with_what_starts_it),
        cmocka_unit_test(makes_a_runbook_again), cmocka_unit_test(disables_webhooks_and_stops_jobs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
