// The activity log of a subscription (management events): the seed's, and what ARM changed here, who asked
// and when. Invariant: a query without a start of its window is refused. As with all logs, what stands in it
// is no part of the estate's digest: what was changed and changed back leaves the estate as it was, and two
// lines here.
#include "lab/activity.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/odata.h"
#include "lab/provider.h"
#include "lab/rows.h"

enum { MOST_KEPT = 2000 }; // of what was changed here; then the oldest goes

// What the filter's names are called in an event.
static const struct {
    const char *name, *path;
} names[] = {
    {"eventTimestamp", "eventTimestamp"},
    {"resourceGroupName", "resourceGroupName"},
    {"resourceUri", "resourceId"},
    {"resourceId", "resourceId"},
    {"resourceProvider", "resourceProviderName.value"},
    {"correlationId", "correlationId"},
    {"caller", "caller"},
    {"status", "status.value"},
    {"levels", "level"},
};

// False after answering 400.
static bool read_filter(struct call *call, struct odata_filter *filter)
{
    bool start = false, known = odata_parse(call->arena, call_filter(call), filter);
    for (size_t i = 0; known && i < filter->count; i++) {
        struct odata_term *term = &filter->terms[i];
        const char *path = NULL;
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            if (text_same(names[n].name, term->path))
                path = names[n].path;
        known = path != NULL;
        if (known && text_same(path, "eventTimestamp") &&
            (term->operator== ODATA_GE || term->operator== ODATA_GT))
            start = true;
        term->path = path;
    }
    if (!known)
        call_fail(call, 400, "BadRequest", "The $filter of the events is not supported.");
    else if (!start)
        call_fail(call, 400, "BadRequest",
                  "The start time of the events must be specified: eventTimestamp ge '…'.");
    return known && start;
}

static struct value *twice(struct call *call, const char *value)
{
    return make_value(call->arena, "{'value': %s, 'localizedValue': %s}", value, value);
}

// An event with what its description has besides, and what follows from the rest.
static const struct value *whole(struct call *call, const struct value *row)
{
    const char *resource = value_text_at(row, "resourceId"),
               *type = resource == NULL ? NULL : provider_type(call->arena, resource);
    struct value *event = make_value(
        call->arena,
        "{'description': '', 'eventName': {'value': 'EndRequest', 'localizedValue': 'End request'}, "
        "'properties': {'statusCode': 'OK'}, 'resourceType': %v}",
        type == NULL ? NULL : twice(call, type));
    value_put_all(call->arena, event, row);
    return event;
}

void activity_list(struct call *call)
{
    struct odata_filter filter;
    if (!read_filter(call, &filter))
        return;
    char *key = arena_printf(call->arena, "log/activity/%s", text_lower(call->arena, call->args[0]));
    struct value *rows = rows_new(call->arena), *own = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, arena_printf(call->arena, "%s/", key));
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, own, estate_at(call->estate, i));
    rows_add(call->arena, rows, estate_get(call->estate, key), &filter);
    rows_add(call->arena, rows, own, &filter);
    rows_sort(rows, "eventTimestamp", true);
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(rows); i++) {
        char *at = arena_printf(call->arena, "%06zu", i);
        if (page_wants(&page, at))
            page_add(&page, at, odata_select(call, whole(call, value_item(rows, i)), NULL));
    }
    page_close(&page);
}

// A user's name, or the id of an application's principal.
static const char *caller_of(struct call *call)
{
    const char *key = arena_printf(call->arena, "graph/users/%s", call->oid);
    const char *name =
        call->person ? value_text_at(estate_get(call->estate, key), "userPrincipalName") : NULL;
    return name != NULL ? name : call->oid;
}

// The id of what was changed: an action's own name is no part of it.
static const char *resource_of(struct call *call)
{
    struct text id = text_new(call->arena);
    size_t count = call->segment_count - (strcmp(call->method, "POST") == 0);
    for (size_t i = 0; i < count; i++)
        text_addf(&id, "/%s", call->segments[i]);
    return id.ptr;
}

static const char *word_of(int status)
{
    return status == 201 ? "Created" : status == 202 ? "Accepted" : status == 204 ? "NoContent" : "OK";
}

void activity_note(struct call *call)
{
    if (call->action == NULL || !call_changes(call) || text_ends(call->action, "/read") ||
        call->status >= 300 || !text_same(call->segments[0], "subscriptions"))
        return;
    struct arena *arena = call->arena;
    const char *id = crypto_uuid(arena), *time = clock_rfc3339(arena, clock_now_ms());
    const char *resource = resource_of(call),
               *address = value_text_at(estate_get(call->estate, "lab/caller"), "address");
    const char *group =
        call->segment_count > 3 && text_same(call->segments[2], "resourceGroups") ? call->segments[3] : NULL;
    if (call->correlation_id == NULL)
        call->correlation_id = crypto_uuid(arena);
    struct value *claims = value_map(arena);
    value_put_text(arena, claims, "http://schemas.microsoft.com/identity/claims/objectidentifier", call->oid);
    value_put_text(arena, claims, "appid", call->app_id);
    const char *word = word_of(call->status);
    struct value *row = make_value(
        arena,
        "{'eventTimestamp': %s, 'submissionTimestamp': %s, 'caller': %s, 'category': %v, 'operationName': "
        "%v, "
        "'status': %v, 'subStatus': %v, 'level': 'Informational', 'correlationId': %s, 'operationId': %s, "
        "'eventDataId': %s, 'id': %s, 'resourceId': %s, 'resourceGroupName': %s, 'resourceProviderName': %v, "
        "'subscriptionId': %s, 'tenantId': %s, 'httpRequest': {'clientRequestId': %s, 'clientIpAddress': %s, "
        "'method': %s, 'uri': %s}, 'properties': {'statusCode': %s}, 'claims': %v, 'authorization': "
        "{'action': %s, 'scope': %s}}",
        time, time, caller_of(call), twice(call, "Administrative"), twice(call, call->action),
        twice(call, "Succeeded"),
        make_value(arena, "{'value': %s, 'localizedValue': %s}", word,
                   arena_printf(arena, "%s (HTTP Status Code: %d)", word, call->status)),
        call->correlation_id, call->correlation_id, id, arena_printf(arena, "%s/events/%s", resource, id),
        resource, group, twice(call, arena_strndup(arena, call->action, strcspn(call->action, "/"))),
        call->segments[1], call->tenant, call->client_request_id, address, call->method,
        arena_printf(arena, "https://%s%s", call->host_name, call->target), word, claims, call->action,
        resource);
    char *kept = arena_printf(arena, "log/activity/%s/", text_lower(arena, call->segments[1]));
    estate_put(call->estate, arena_printf(arena, "%s%s-%s", kept, time, id), row);
    struct estate_range range = estate_range(call->estate, kept);
    if (range.end - range.first > MOST_KEPT)
        estate_put(call->estate, estate_key(call->estate, range.first), NULL);
}
