// Fraud events: one record each, shown by Partner Center in its new and its old model, and by Graph as a
// security alert of the partner. Invariants: an empty list of ids means every event of the subscription, as
// the service has it; without the header of the new model nothing of it is shown or taken.
#include "lab/fraud.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define EVENTS "partner/events/"

static const char old_fields[] = "eventTime eventId partnerTenantId partnerFriendlyName customerTenantId "
                                 "customerFriendlyName subscriptionId "
                                 "subscriptionType entityId entityName entityUrl hitCount catalogOfferId "
                                 "eventStatus serviceName resourceName "
                                 "resourceGroupName firstOccurrence lastOccurrence resolvedReason resolvedOn "
                                 "resolvedBy firstObserved lastObserved";
static const char times[] = "eventTime firstOccurrence lastOccurrence resolvedOn firstObserved lastObserved";

static bool is_new_model(const struct call *call)
{
    return text_same(call->new_model, "true");
}

// As the API shows it: times without a zone, and nothing of the lab's own.
static struct value *shown(struct call *call, const struct value *event)
{
    struct value *out = value_map(call->arena);
    for (size_t i = 0; i < value_count(event); i++) {
        const struct value_field *field = &event->fields[i];
        const char *text = value_text(field->value);
        if (field->key[0] == '_' || (!is_new_model(call) && !check_word(field->key, old_fields)))
            continue;
        if (text != NULL && check_word(field->key, times) && text_ends(text, "Z"))
            value_put_text(call->arena, out, field->key, arena_strndup(call->arena, text, strlen(text) - 1));
        else
            value_put(call->arena, out, field->key, field->value);
    }
    return out;
}

static bool read_number(struct call *call, const char *name, size_t *number)
{
    const char *text = call_param(call, name);
    *number = text == NULL ? 0 : (size_t)strtoul(text, NULL, 10);
    if (text == NULL || (*number > 0 && strspn(text, "0123456789") == strlen(text) && strlen(text) < 6))
        return true;
    call_fail(call, 400, "2000", "%s must be a number greater than 0.", name);
    return false;
}

static bool read_page(struct call *call, size_t *size, size_t *number)
{
    if (!read_number(call, "PageSize", size) || !read_number(call, "PageNumber", number))
        return false;
    bool extra = *size > 0 || *number > 0 || call_param(call, "EventType") != NULL;
    if ((*size > 0) != (*number > 0) || (extra && !is_new_model(call))) {
        call_fail(call, 400, "2000", "%s",
                  extra && !is_new_model(call) ? "EventType, PageSize and PageNumber need X-NewEventsModel."
                                               : "PageSize and PageNumber go together.");
        return false;
    }
    return true;
}

static bool wanted(struct call *call, const struct value *event, const char *param, const char *member)
{
    const char *value = call_param(call, param);
    return value == NULL || text_same(value, value_text_at(event, member));
}

void fraud_list(struct call *call)
{
    size_t size, number, found = 0;
    const char *status = call_param(call, "EventStatus");
    if (!read_page(call, &size, &number))
        return;
    if (status != NULL && !check_word(status, "Active Investigating Resolved")) {
        call_fail(call, 400, "2000", "EventStatus '%.40s' is not valid.", status);
        return;
    }
    struct value *list = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, EVENTS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *event = estate_at(call->estate, i);
        if (!wanted(call, event, "EventStatus", "eventStatus") ||
            !wanted(call, event, "SubscriptionId", "subscriptionId") ||
            !wanted(call, event, "EventType", "eventType"))
            continue;
        if (size == 0 || (found >= size * (number - 1) && found < size * number))
            value_append(call->arena, list, shown(call, event));
        found++;
    }
    call_ok(call, 200, list);
}

// A line more in the event's own log, which is a text.
static const char *logged(struct call *call, const struct value *event, const char *status, const char *by)
{
    const char *text = value_text_at(event, "activityLogs");
    const struct value *before =
        text == NULL ? NULL : json_parse(call->arena, NULL, text, strlen(text), NULL);
    struct value *log = value_list(call->arena);
    for (size_t i = 0; i < value_count(before); i++)
        value_append(call->arena, log, value_item(before, i));
    value_append(
        call->arena, log,
        make_value(call->arena, "{'statusFrom': %v, 'statusTo': %s, 'updatedBy': %s, 'dateTime': %s}",
                   value_get(event, "eventStatus"), status, by, clock_rfc3339(call->arena, clock_now_ms())));
    return json_text(call->arena, log);
}

const struct value *fraud_resolve(struct call *call, const struct value *event, const char *status,
                                  const char *reason)
{
    static const char by[] = "agent@contoso-partner.com";
    bool resolved = text_same(status, "Resolved");
    const struct value *change = make_value(
        call->arena,
        "{'eventStatus': %s, 'resolvedReason': %s, 'resolvedOn': %s, 'resolvedBy': %s, 'activityLogs': %s}",
        status, resolved ? reason : "None",
        resolved ? clock_rfc3339(call->arena, clock_now_ms()) : "9999-12-31T23:59:59.9970000",
        resolved ? by : "", logged(call, event, status, by));
    const struct value *now = value_merge_patch(call->arena, event, change);
    const char *id = value_text_at(event, "eventId");
    estate_put(call->estate, arena_printf(call->arena, EVENTS "%s", text_lower(call->arena, id)), now);
    return now;
}

static bool is_named(const struct value *ids, const struct value *event)
{
    for (size_t i = 0; i < value_count(ids); i++)
        if (text_same(value_text(value_item(ids, i)), value_text_at(event, "eventId")))
            return true;
    return value_count(ids) == 0;
}

static bool is_open(const struct value *event)
{
    return !text_same(value_text_at(event, "eventStatus"), "Resolved");
}

const struct value *fraud_all(struct call *call, const char *subscription, const struct value *ids,
                              bool open_only)
{
    struct value *found = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, EVENTS);
    for (size_t i = range.first; i < range.end; i++) {
        const struct value *event = estate_at(call->estate, i);
        if (text_same(value_text_at(event, "subscriptionId"), subscription) && is_named(ids, event) &&
            (!open_only || is_open(event)))
            value_append(call->arena, found, value_copy(call->arena, event));
    }
    return found;
}

void fraud_set_status(struct call *call)
{
    const struct value *body = call_body(call), *ids = value_get_nocase(body, "EventIds");
    const char *status = value_text(value_get_nocase(body, "EventStatus"));
    const char *reason = value_text(value_get_nocase(body, "ResolvedReason"));
    if (body == NULL)
        return;
    if (!value_is(ids, VALUE_LIST) || !check_word(status, "Active Investigating Resolved") ||
        !check_word(reason, "Fraud Ignore")) {
        call_fail(call, 400, "2000",
                  "EventIds, EventStatus and ResolvedReason (Fraud or Ignore) are required.");
        return;
    }
    const struct value *events = fraud_all(call, call->args[0], ids, false);
    if (value_count(events) < value_count(ids) || value_count(events) == 0) {
        call_fail(call, 404, "2001", "The subscription %.40s has no such event.", call->args[0]);
        return;
    }
    struct value *answer = value_list(call->arena);
    for (size_t i = 0; i < value_count(events); i++)
        value_append(call->arena, answer,
                     shown(call, fraud_resolve(call, value_item(events, i), status, reason)));
    call_ok(call, 200, answer);
}
