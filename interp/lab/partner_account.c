// The Partner Center account itself: its activity log, its webhook registration, its users without a second
// factor, and the budgets that it sets its customers. Invariant: an activity log further back than 90 days is
// refused, not cut.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/partner_page.h"
#include "lab/rows.h"

#define REGISTRATION "partner/registration"
enum { DAY_MS = 24 * 3600 * 1000, MOST_DAYS = 90, PAGE = 5 };

static const char known_events[] =
    "azure-fraud-event-detected test-created subscription-updated invoice-ready referral-created "
    "granular-admin-relationship-approved usagerecords-thresholdExceeded";

// A day ("2024-01-01") or a moment. False after answering 400.
static bool read_time(struct call *call, const char *name, int64_t otherwise, int64_t *ms)
{
    const char *text = call_param(call, name);
    *ms = otherwise;
    if (text == NULL)
        return true;
    if (strlen(text) == strlen("2024-01-01"))
        text = arena_printf(call->arena, "%sT00:00:00Z", text);
    if (clock_parse(text, ms))
        return true;
    call_fail(call, 400, "2000", "%s is not a date.", name);
    return false;
}

// {"Field": "CustomerId", "Value": "…", "Operator": "equals"}. False after answering 400.
static bool read_filter(struct call *call, const char **member, const char **value, bool *whole)
{
    const char *text = call_param(call, "filter");
    *member = NULL;
    if (text == NULL)
        return true;
    const struct value *filter = json_parse(call->arena, NULL, text, strlen(text), NULL);
    const char *field = value_text_at(filter, "Field"), *operation = value_text_at(filter, "Operator");
    *value = value_text_at(filter, "Value");
    *member = text_same(field, "CustomerId")     ? "customerId"
              : text_same(field, "CompanyName")  ? "customerName"
              : text_same(field, "ResourceType") ? "resourceType"
                                                 : NULL;
    *whole = text_same(operation, "equals");
    if (*member != NULL && *value != NULL && (*whole || text_same(operation, "substring")))
        return true;
    call_fail(call, 400, "2000", "The filter is not one of Field, Value and Operator (equals or substring).");
    return false;
}

static bool fits(const struct value *record, int64_t from, int64_t to, const char *member, const char *value,
                 bool whole)
{
    int64_t at;
    const char *date = value_text_at(record, "operationDate");
    if (date == NULL || !clock_parse(date, &at) || at < from || at > to)
        return false;
    const char *text = member == NULL ? NULL : value_text_at(record, member);
    return member == NULL ||
           (text != NULL && (whole ? text_same(text, value) : text_find_nocase(text, value) != NULL));
}

void partner_list_records(struct call *call)
{
    int64_t now = clock_now_ms(), from, to;
    const char *member, *value = NULL;
    bool whole = false;
    if (!read_time(call, "startDate", now - (int64_t)30 * DAY_MS, &from) ||
        !read_time(call, "endDate", now, &to) || !read_filter(call, &member, &value, &whole))
        return;
    // A day that is named as the end counts whole.
    const char *end = call_param(call, "endDate");
    if (end != NULL && strlen(end) == strlen("2024-01-01"))
        to += DAY_MS;
    if (from < now - (int64_t)(MOST_DAYS + 1) * DAY_MS) {
        call_fail(call, 400, "2000", "The start date must be within the last %d days.", MOST_DAYS);
        return;
    }
    struct value *rows = rows_new(call->arena);
    const struct value *all = estate_get(call->estate, "log/partner");
    for (size_t i = 0; i < value_count(all); i++)
        if (fits(value_item(all, i), from, to, member, value, whole))
            value_append(call->arena, rows, value_item(all, i));
    rows_sort(rows, "operationDate", true);
    partner_page(call, "/auditrecords", rows, PAGE);
}

void partner_list_event_names(struct call *call)
{
    struct value *names = value_list(call->arena);
    for (const char *at = known_events; *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        value_append(call->arena, names, value_string(call->arena, arena_strndup(call->arena, at, length)));
        at += length;
    }
    call_ok(call, 200, names);
}

void partner_get_registration(struct call *call)
{
    const struct value *registration = estate_get(call->estate, REGISTRATION);
    if (registration == NULL)
        call_fail(call, 404, "3000", "There is no registration for this application.");
    else
        call_ok(call, 200, registration);
}

void partner_put_registration(struct call *call)
{
    const struct value *body = call_body(call), *events = value_get(body, "WebhookEvents"),
                       *before = estate_get(call->estate, REGISTRATION);
    const char *url = value_text_at(body, "WebhookUrl");
    bool create = strcmp(call->method, "POST") == 0;
    if (body == NULL)
        return;
    bool known = value_is(events, VALUE_LIST) && value_count(events) > 0;
    for (size_t i = 0; known && i < value_count(events); i++)
        known = check_word(value_text(value_item(events, i)), known_events);
    if (url == NULL || !text_starts(url, "https://") || !known) {
        call_fail(call, 400, "2000", "WebhookUrl (https) and WebhookEvents of the known ones are required.");
    } else if (create != (before == NULL)) {
        call_fail(call, create ? 409 : 404, "3000", "%s",
                  create ? "The application has a registration already."
                         : "There is no registration to update.");
    } else {
        const char *id = create ? crypto_uuid(call->arena) : value_text_at(before, "SubscriberId");
        const struct value *now =
            make_value(call->arena,
                       "{'SubscriberId': %s, 'WebhookUrl': %s, 'WebhookEvents': %v, "
                       "'SignatureTokenToMsSignatureHeader': %v}",
                       id, url, events, value_get(body, "SignatureTokenToMsSignatureHeader"));
        estate_put(call->estate, REGISTRATION, now);
        call_ok(call, create ? 201 : 200, now);
    }
}

void partner_validate(struct call *call)
{
    const struct value *registration = estate_get(call->estate, REGISTRATION);
    const struct value *events = value_get(registration, "WebhookEvents");
    bool named = false;
    for (size_t i = 0; i < value_count(events); i++)
        named = named || text_same(value_text(value_item(events, i)), "test-created");
    if (!named) {
        call_fail(call, 400, "2000", "The event test-created is not registered.");
        return;
    }
    char *id = crypto_uuid(call->arena);
    estate_put(
        call->estate, arena_printf(call->arena, "partner/validations/%s", id),
        make_value(
            call->arena,
            "{'correlationId': %s, 'partnerId': '13c81823-25cf-4470-86c5-600343cd1e23', 'status': "
            "'completed', 'callbackUrl': %v, 'results': [{'responseCode': 'OK', 'responseMessage': '', "
            "'systemError': false, 'dateTimeUtc': %s}]}",
            id, value_get(registration, "WebhookUrl"), clock_rfc3339(call->arena, clock_now_ms())));
    call_ok(call, 200, make_value(call->arena, "{'correlationId': %s}", id));
}

void partner_get_validation(struct call *call)
{
    const struct value *found =
        estate_get(call->estate, arena_printf(call->arena, "partner/validations/%s",
                                              text_lower(call->arena, call->args[0])));
    if (found == NULL)
        call_fail(call, 404, "3000", "There is no validation event %.60s.", call->args[0]);
    else
        call_ok(call, 200, found);
}

void partner_list_without_mfa(struct call *call)
{
    const struct value *list = estate_get(call->estate, "partner/nonmfa");
    partner_page(call, "/nonMfaCompliantPartnerPrincipals", list, PAGE);
}

static char *budget_key(struct call *call)
{
    return arena_printf(call->arena, "partner/budgets/%s", text_lower(call->arena, call->args[0]));
}

void partner_get_budget(struct call *call)
{
    const struct value *budget = estate_get(call->estate, budget_key(call));
    call_ok(call, 200,
            budget != NULL ? budget
                           : make_value(call->arena,
                                        "{'amount': null, 'attributes': {'objectType': 'SpendingBudget'}}"));
}

void partner_patch_budget(struct call *call)
{
    const struct value *body = call_body(call), *amount = value_get_nocase(body, "Amount");
    if (body == NULL)
        return;
    if (!value_is_null(amount) && !value_is(amount, VALUE_INT) && !value_is(amount, VALUE_NUMBER)) {
        call_fail(call, 400, "2000", "Amount must be a number.");
        return;
    }
    const struct value *now =
        make_value(call->arena, "{'amount': %v, 'attributes': {'objectType': 'SpendingBudget'}}", amount);
    estate_put(call->estate, budget_key(call), value_is_null(amount) ? NULL : now);
    call_ok(call, 200, now);
}
