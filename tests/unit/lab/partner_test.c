// Partner Center in the lab: whose tokens it takes, its two models, its pages, its codes, and what a
// cancellation does.
#include "harness.h"

#include "base/text.h"

#define PC_CUSTOMER "/v1/customers/059aea6e-a354-4082-b4b2-e80d82113b79"
#define MINED "662ce12b-cc10-49d2-92d1-f0c5c0fd26f7"

struct wish {
    const char *method, *target, *body, *if_match, *continuation;
    bool old_model, as_app;
};

static const struct value *ask_partner(struct bench *bench, int status, struct wish wish)
{
    struct call call = {.arena = bench->arena,
                        .method = wish.method == NULL ? "GET" : wish.method,
                        .host_name = PARTNER,
                        .target = wish.target,
                        .authorization = sign_in_partner(bench, "https://" PARTNER, !wish.as_app),
                        .content_type = "application/json",
                        .new_model = wish.old_model ? NULL : "true",
                        .if_match = wish.if_match,
                        .continuation = wish.continuation};
    char *bytes = wish.body == NULL ? NULL : arena_strdup(bench->arena, wish.body);
    for (char *at = bytes; bytes != NULL && (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    call.bytes = bytes;
    call.length = bytes == NULL ? 0 : strlen(bytes);
    core_answer(bench->core, &call);
    bench->last = call;
    if (call.status != status)
        fail_msg("%s %s: %d instead of %d: %s", call.method, wish.target, call.status, status,
                 call.answer == NULL ? "" : json_text(bench->arena, call.answer));
    return call.answer;
}

static void who_may(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    ask_partner(&bench, 200, (struct wish){.target = "/v1/fraudEvents"});
    const struct value *answer =
        ask_partner(&bench, 401, (struct wish){.target = "/v1/fraudEvents", .as_app = true});
    assert_string_equal(value_text_at(answer, "code"), "Unauthorized");
    assert_string_equal(value_text_at(answer, "source"), "PartnerFD");
    ask_partner(&bench, 200, (struct wish){.target = "/v1/customers", .as_app = true});
    send_raw(&bench, sign_in_partner(&bench, "https://management.azure.com", false), "GET", PARTNER,
             "/v1/customers", NULL);
    assert_int_equal(bench.last.status, 401);
    send_raw(&bench, NULL, "POST", LOGIN, "/" LAB_PARTNER_TENANT "/oauth2/token",
             "client_id=" LAB_CLIENT_ID "&client_secret=" LAB_CLIENT_SECRET "&resource=https://" PARTNER
             "&grant_type=refresh_token&refresh_token=other");
    assert_int_equal(bench.last.status, 400);
    // Graph shows its alerts to the partner's directory alone.
    const char *alerts = "/beta/security/partner/securityAlerts";
    const struct value *list =
        send_raw(&bench, sign_in_partner(&bench, "https://" GRAPH, true), "GET", GRAPH, alerts, NULL);
    assert_int_equal(bench.last.status, 200);
    assert_string_equal(value_text(value_get(list, "@odata.context")),
                        "https://" GRAPH "/beta/$metadata#security/partner/securityAlerts");
    want(&bench, 403, "GET", GRAPH, alerts, NULL);
    bench_close(&bench);
}

static void events(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *all = ask_partner(&bench, 200, (struct wish){.target = "/v1/fraudEvents"});
    assert_int_equal(value_count(all), 8);
    assert_non_null(value_get(value_item(all, 0), "eventType"));
    assert_null(value_get(value_item(all, 0), "_graph"));
    const char *time = value_text_at(value_item(all, 0), "eventTime");
    assert_true(time != NULL && !text_ends(time, "Z")); // no zone
    all = ask_partner(&bench, 200, (struct wish){.target = "/v1/fraudEvents", .old_model = true});
    assert_null(value_get(value_item(all, 0), "eventType"));
    all = ask_partner(&bench, 200,
                      (struct wish){.target = "/v1/fraudEvents?EventStatus=Active&SubscriptionId=" MINED});
    assert_int_equal(value_count(all), 2);
    all = ask_partner(&bench, 200, (struct wish){.target = "/v1/fraudEvents?PageSize=3&PageNumber=3"});
    assert_int_equal(value_count(all), 2);
    ask_partner(&bench, 400, (struct wish){.target = "/v1/fraudEvents?PageSize=3"});
    ask_partner(&bench, 400, (struct wish){.target = "/v1/fraudEvents?PageSize=0&PageNumber=1"});
    ask_partner(&bench, 400, (struct wish){.target = "/v1/fraudEvents?EventType=X", .old_model = true});
    ask_partner(&bench, 400, (struct wish){.target = "/v1/fraudEvents?EventStatus=Open"});
    bench_close(&bench);
}

static void status(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *target = "/v1/fraudEvents/subscription/" MINED "/status", *before = digest_now(&bench);
    ask_partner(&bench, 400,
                (struct wish){.method = "POST",
                              .target = target,
                              .body = "{'EventIds': ['x'], 'EventStatus': 'Resolved'}"});
    ask_partner(
        &bench, 404,
        (struct wish){.method = "POST",
                      .target = target,
                      .body = "{'EventIds': ['x'], 'EventStatus': 'Resolved', 'ResolvedReason': 'Fraud'}"});
    ask_partner(
        &bench, 400,
        (struct wish){.method = "POST",
                      .target = target,
                      .body = "{'EventIds': [], 'EventStatus': 'Resolved', 'ResolvedReason': 'Legitimate'}"});
    assert_string_equal(digest_now(&bench), before);
    const struct value *answer = ask_partner(
        &bench, 200,
        (struct wish){.method = "POST",
                      .target = target,
                      .body = "{'EventIds': ['" MINED
                              "_9a60a2be-fb25-4387-8699-82a042fbd05e'], 'EventStatus': 'Resolved', "
                              "'ResolvedReason': 'Fraud'}"});
    assert_int_equal(value_count(answer), 1);
    assert_string_equal(value_text_at(value_item(answer, 0), "resolvedReason"), "Fraud");
    // None named means all of them: whoever sends that must mean it.
    answer = ask_partner(
        &bench, 200,
        (struct wish){.method = "POST",
                      .target = target,
                      .body = "{'EventIds': [], 'EventStatus': 'Resolved', 'ResolvedReason': 'Ignore'}"});
    assert_int_equal(value_count(answer), 2);
    bench_close(&bench);
}

static void plans(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *list =
        ask_partner(&bench, 200, (struct wish){.target = PC_CUSTOMER "/subscriptions"});
    for (size_t i = 0; i < value_count(value_get(list, "items")); i++) {
        const struct value *plan = value_item(value_get(list, "items"), i);
        const char *etag = value_text_at(plan, "attributes.etag");
        bool azure = text_same(value_text_at(plan, "offerName"), "Azure plan");
        char *target = arena_printf(bench.arena, PC_CUSTOMER "/subscriptions/%s", value_text_at(plan, "id"));
        char *body = json_text(
            bench.arena,
            value_merge_patch(bench.arena, plan,
                              json_parse(bench.arena, "p", "{\"status\":\"suspended\"}", 22, NULL)));
        ask_partner(&bench, 400, (struct wish){.method = "PATCH", .target = target, .body = body});
        ask_partner(&bench, 412,
                    (struct wish){.method = "PATCH", .target = target, .body = body, .if_match = "x"});
        const struct value *answer =
            ask_partner(&bench, azure ? 403 : 200,
                        (struct wish){.method = "PATCH", .target = target, .body = body, .if_match = etag});
        if (azure)
            assert_int_equal(value_int_at(answer, "code", 0), 900115);
    }
    ask_partner(&bench, 400, (struct wish){.target = "/v1/customers/x/subscriptions"});
    ask_partner(&bench, 403, (struct wish){.target = "/v1/customers/11111111-1111-1111-1111-111111111111"});
    bench_close(&bench);
}

// What was cancelled has no open events, and Resource Manager knows it; it comes back.
static void cancelled(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *at = "/v1/customers/53930895-ff43-4808-a11e-99816b51822a/subscriptions/"
                     "1766aa0f-6e40-43c0-8698-9035fc204733/"
                     "azureEntitlements/" MINED;
    char *cancel = arena_printf(bench.arena, "%s/cancel", at),
         *back = arena_printf(bench.arena, "%s/reactivate", at);
    const struct value *answer = ask_partner(
        &bench, 400,
        (struct wish){.method = "POST", .target = cancel, .body = "{'cancellationReason': 'bored'}"});
    assert_int_equal(value_int_at(answer, "code", 0), 900307);
    ask_partner(&bench, 400, (struct wish){.method = "POST", .target = back});
    answer = ask_partner(
        &bench, 202,
        (struct wish){.method = "POST", .target = cancel, .body = "{'cancellationReason': 'compromise'}"});
    assert_string_equal(value_text_at(answer, "status"), "active"); // not yet
    usleep(400 * 1000);
    assert_string_equal(value_text_at(ask_partner(&bench, 200, (struct wish){.target = at}), "status"),
                        "inactive");
    assert_int_equal(
        value_count(
            ask_partner(&bench, 200,
                        (struct wish){.target = "/v1/fraudEvents?EventStatus=Active&SubscriptionId=" MINED})),
        0);
    answer = want(&bench, 200, "GET", ARM, "/subscriptions/" MINED "?api-version=2022-12-01", NULL);
    assert_string_equal(value_text_at(answer, "state"), "Disabled");
    ask_partner(&bench, 202, (struct wish){.method = "POST", .target = back});
    answer = want(&bench, 200, "GET", ARM, "/subscriptions/" MINED "?api-version=2022-12-01", NULL);
    assert_string_equal(value_text_at(answer, "state"), "Enabled");
    want(&bench, 400, "POST", ARM,
         "/subscriptions/" MINED "/providers/Microsoft.Subscription/cancel?api-version=2021-10-01", NULL);
    bench_close(&bench);
}

// The log goes on by a token in a header, and is not cut silently.
static void records(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *first = ask_partner(&bench, 200, (struct wish){.target = "/v1/auditrecords"});
    const struct value *header = value_item(value_at(first, "links.next.headers"), 0);
    assert_int_equal(value_count(value_get(first, "items")), 5);
    assert_string_equal(value_text_at(header, "key"), "MS-ContinuationToken");
    const struct value *rest = ask_partner(&bench, 200,
                                           (struct wish){.target = "/v1/auditrecords?seekOperation=Next",
                                                         .continuation = value_text_at(header, "value")});
    assert_int_equal(value_count(value_get(rest, "items")), 2);
    assert_null(value_at(rest, "links.next"));
    // So do the customers, by the size that is asked for.
    first = ask_partner(&bench, 200, (struct wish){.target = "/v1/customers?size=2"});
    assert_int_equal(value_count(value_get(first, "items")), 2);
    assert_string_equal(value_text_at(first, "links.next.uri"), "/customers?size=2&seekOperation=Next");
    rest = ask_partner(&bench, 200,
                       (struct wish){.target = "/v1/customers?size=2&seekOperation=Next",
                                     .continuation = value_text_at(
                                         value_item(value_at(first, "links.next.headers"), 0), "value")});
    assert_int_equal(value_count(value_get(rest, "items")), 1);
    assert_null(value_at(ask_partner(&bench, 200, (struct wish){.target = "/v1/customers"}), "links.next"));
    // Who asks too often hears of it in another form than of a mistake.
    core_refuse(&bench.last, 429, "Too many.");
    assert_int_equal(value_int_at(bench.last.answer, "statusCode", 0), 429);
    ask_partner(&bench, 400, (struct wish){.target = "/v1/auditrecords?startDate=2024-01-01"});
    ask_partner(&bench, 400, (struct wish){.target = "/v1/auditrecords?filter=%7B%22Field%22%3A%22X%22%7D"});
    bench_close(&bench);
}

#define LINES                                                                                                \
    "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems&period=current"

static void usage(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const struct value *page = ask_partner(&bench, 200, (struct wish){.target = LINES "&currencycode=usd"});
    const struct value *line = value_item(value_get(page, "items"), 0);
    assert_string_equal(value_text_at(line, "attributes.objectType"), "DailyRatedUsageLineItem");
    assert_non_null(value_text_at(line, "entitlementId"));
    ask_partner(&bench, 400, (struct wish){.target = LINES});
    ask_partner(&bench, 400, (struct wish){.target = LINES "&currencycode=usd&size=5000"});
    ask_partner(&bench, 400, (struct wish){.target = "/v1/invoices/unbilled/lineitems"});
    bench_close(&bench);
}

static void requests(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *target = "/v1/servicerequests/615102093024569";
    ask_partner(&bench, 404, (struct wish){.target = "/v1/servicerequests/1"});
    ask_partner(&bench, 400, (struct wish){.method = "PATCH", .target = target, .body = "{}"});
    ask_partner(&bench, 400, (struct wish){.method = "PATCH", .target = target, .body = "{'Status': 7}"});
    const struct value *now = ask_partner(
        &bench, 200,
        (struct wish){.method = "PATCH", .target = target, .body = "{'NewNote': {'Text': 'These two.'}}"});
    assert_int_equal(value_count(value_get(now, "notes")), 2);
    assert_string_equal(value_text_at(value_item(value_get(now, "notes"), 1), "text"), "These two.");
    bench_close(&bench);
}

static void registration(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    const char *target = "/webhooks/v1/registration",
               *body =
                   "{'WebhookUrl': 'https://a.example/', 'WebhookEvents': ['azure-fraud-event-detected']}";
    ask_partner(&bench, 409, (struct wish){.method = "POST", .target = target, .body = body});
    ask_partner(
        &bench, 400,
        (struct wish){.method = "PUT",
                      .target = target,
                      .body = "{'WebhookUrl': 'http://a.example/', 'WebhookEvents': ['test-created']}"});
    ask_partner(&bench, 400,
                (struct wish){.method = "PUT",
                              .target = target,
                              .body = "{'WebhookUrl': 'https://a.example/', 'WebhookEvents': ['made-up']}"});
    const struct value *sent = ask_partner(
        &bench, 200, (struct wish){.method = "POST", .target = "/webhooks/v1/registration/validationEvents"});
    char *result = arena_printf(bench.arena, "/webhooks/v1/registration/validationEvents/%s",
                                value_text_at(sent, "correlationId"));
    assert_string_equal(value_text_at(ask_partner(&bench, 200, (struct wish){.target = result}), "status"),
                        "completed");
    ask_partner(&bench, 200, (struct wish){.method = "PUT", .target = target, .body = body});
    ask_partner(&bench, 400,
                (struct wish){.method = "POST", .target = "/webhooks/v1/registration/validationEvents"});
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may),      cmocka_unit_test(events),    cmocka_unit_test(status),
        cmocka_unit_test(plans),        cmocka_unit_test(cancelled), cmocka_unit_test(records),
        cmocka_unit_test(registration), cmocka_unit_test(usage),     cmocka_unit_test(requests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
