// Long-running operations. Not for what they change: that is the handlers' business, done before the first
// answer. Invariant: an operation that was begun ends by the clock alone, whoever asks and however often.
#include "lab/operation.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/call.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

enum { KEPT_MS = 3600000 };
#define OPERATIONS "lab/operations/"
#define READY "_ready"

static const char *provider_of(const struct call *call)
{
    const char *provider = "Microsoft.Resources";
    for (size_t i = 0; i + 1 < call->segment_count; i++)
        if (text_same(call->segments[i], "providers"))
            provider = call->segments[i + 1];
    return provider;
}

// Those that nobody asks for any more.
static void forget_old(struct call *call)
{
    struct estate_range range = estate_range(call->estate, OPERATIONS);
    for (size_t i = range.end; i > range.first; i--)
        if (value_int_at(estate_at(call->estate, i - 1), "ready", 0) + KEPT_MS < clock_now_ms())
            estate_put(call->estate, estate_key(call->estate, i - 1), NULL);
}

static void lead(struct call *call, const char *id, const struct value *kept)
{
    const char *version = call_param(call, "api-version"), *links = value_text_at(kept, "links");
    char *base = arena_printf(call->arena, "https://%s/subscriptions/%s/providers/%s/locations/%s",
                              call->host_name, value_text_at(kept, "subscription"),
                              value_text_at(kept, "provider"), value_text_at(kept, "region"));
    if (!text_same(links, "location"))
        call_header(call, "Azure-AsyncOperation",
                    arena_printf(call->arena, "%s/operations/%s?api-version=%s", base, id, version));
    if (!text_same(links, "status"))
        call_header(call, "Location",
                    arena_printf(call->arena, "%s/operationResults/%s?api-version=%s", base, id, version));
    call_header(call, "Retry-After", "1");
}

// As links name it: of "West Europe" and "westeurope" the same.
static const char *region_of(struct call *call, const char *location)
{
    char *region = text_lower(call->arena, location == NULL ? "westeurope" : location), *out = region;
    for (const char *at = region; *at != '\0'; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'))
            *out++ = *at;
    *out = '\0';
    return *region == '\0' ? "westeurope" : region;
}

void operation_begin(struct call *call, const struct operation *operation)
{
    static const char *const links[] = {
        [OPERATION_BOTH] = "both", [OPERATION_STATUS] = "status", [OPERATION_LOCATION] = "location"};
    forget_old(call);
    int64_t now = clock_now_ms();
    char *id = crypto_uuid(call->arena);
    const struct value *kept = make_value(
        call->arena,
        "{'subscription': %s, 'provider': %s, 'region': %s, 'links': %s, 'started': %s, 'ready': %d, "
        "'result': %v, 'end': %d, 'code': %s, 'message': %s}",
        call->segments[1], provider_of(call), region_of(call, operation->region), links[operation->links],
        clock_rfc3339(call->arena, now), now + OPERATION_MS, operation->result,
        (int64_t)(strcmp(call->method, "DELETE") == 0 ? 204 : 200), operation->code, operation->message);
    estate_put(call->estate, arena_printf(call->arena, OPERATIONS "%s", id), kept);
    lead(call, id, kept);
    call_ok(call, operation->status, operation->answer);
}

static const struct value *failure(struct call *call, const struct value *kept)
{
    return value_get(kept, "code") == NULL ? NULL
                                           : make_value(call->arena, "{'code': %v, 'message': %v}",
                                                        value_get(kept, "code"), value_get(kept, "message"));
}

static void show_status(struct call *call, const struct value *kept, bool over)
{
    const struct value *error = over ? failure(call, kept) : NULL, *result = value_get(kept, "result");
    bool told = over && error == NULL && result != NULL;
    if (!over)
        call_header(call, "Retry-After", "1");
    call_ok(call, 200,
            make_value(
                call->arena,
                "{'startTime': %v, 'endTime': %s, 'status': %s, 'properties': %v, 'name': %s, 'error': %v}",
                value_get(kept, "started"),
                over ? clock_rfc3339(call->arena, value_int_at(kept, "ready", 0)) : NULL,
                !over           ? "InProgress"
                : error != NULL ? "Failed"
                                : "Succeeded",
                told ? make_value(call->arena, "{'output': %v}", result) : NULL, call->args[4], error));
}

static void show_result(struct call *call, const struct value *kept, bool over)
{
    if (!over) {
        lead(call, call->args[4], kept);
        call_ok(call, 202, NULL);
    } else if (value_get(kept, "code") != NULL) {
        call_ok(call, 409, make_value(call->arena, "{'error': %v}", failure(call, kept)));
    } else {
        call_ok(call, (int)value_int_at(kept, "end", 200), value_get(kept, "result"));
    }
}

void operation_get(struct call *call)
{
    const struct value *kept = estate_get(
        call->estate, arena_printf(call->arena, OPERATIONS "%s", text_lower(call->arena, call->args[4])));
    if (kept == NULL || !text_same(value_text_at(kept, "subscription"), call->args[0]) ||
        !text_same(value_text_at(kept, "provider"), call->args[1])) {
        call_missing(call, call->path);
        return;
    }
    bool over = clock_now_ms() >= value_int_at(kept, "ready", 0);
    if (text_same(call->args[3], "operations"))
        show_status(call, kept, over);
    else
        show_result(call, kept, over);
}

const struct value *operation_mark(struct call *call, const struct value *resource)
{
    return value_merge_patch(call->arena, resource,
                             make_value(call->arena, "{'" READY "': %d}", clock_now_ms() + OPERATION_MS));
}

bool operation_is_busy(const struct value *resource)
{
    return clock_now_ms() < value_int_at(resource, READY, 0);
}

const struct value *operation_shown(struct call *call, const struct value *resource)
{
    struct value *shown = value_map(call->arena);
    for (size_t i = 0; i < value_count(resource); i++)
        if (resource->fields[i].key[0] != '_')
            value_add(call->arena, shown, resource->fields[i].key, resource->fields[i].value);
    if (!operation_is_busy(resource))
        return shown;
    return value_merge_patch(call->arena, shown,
                             make_value(call->arena, "{'properties': {'provisioningState': 'Updating'}}"));
}
