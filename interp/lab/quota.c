// Quotas of a provider in a region, their use, and requests to change them: by Microsoft.Quota, where that is
// registered in the subscription, and by Microsoft.Capacity, which was before it. Invariant: a limit shows a
// moment after its request was taken, never before, and never below what is used.

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/provider.h"

enum { MOMENT_MS = 200 };

static bool is_older(const struct call *call)
{
    return text_same(call->segments[3], "Microsoft.Capacity");
}

// Of which provider, in which region: what {+} stood for, or three words of the older API's paths.
static const char *scope_of(struct call *call)
{
    return is_older(call) ? arena_printf(call->arena, "/subscriptions/%s/providers/%s/locations/%s",
                                         call->args[0], call->args[1], call->args[2])
                          : call->scope;
}

static const char *last_arg(const struct call *call)
{
    return call->args[is_older(call) ? 3 : 0];
}

// False after answering.
static bool is_served(struct call *call)
{
    return provider_allows(call, is_older(call) ? "Microsoft.Capacity" : "Microsoft.Quota");
}

static char *folder(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena, "%s/providers/Microsoft.Quota/quotas/", scope_of(call)));
}

static int64_t limit_now(const struct value *quota)
{
    int64_t limit = value_int_at(quota, "properties.limit.value", 0), next = value_int_at(quota, "_next", -1);
    return next >= 0 && clock_now_ms() >= value_int_at(quota, "ready", 0) ? next : limit;
}

static const struct value *shown(struct call *call, const struct value *quota)
{
    const struct value *change = make_value(
        call->arena, "{'_next': null, 'ready': null, '_used': null, 'properties': {'limit': {'value': %d}}}",
        limit_now(quota));
    return value_merge_patch(call->arena, quota, change);
}

// The same as the older API says it.
static const struct value *shown_older(struct call *call, const struct value *quota)
{
    return make_value(
        call->arena,
        "{'id': %s, 'name': %v, 'type': 'Microsoft.Capacity/serviceLimits', 'properties': {'limit': %d, "
        "'unit': 'Count', 'currentValue': %d, 'name': %v, 'quotaPeriod': '', 'properties': {}}}",
        arena_printf(call->arena,
                     "/subscriptions/%s/providers/Microsoft.Capacity/resourceProviders/%s/locations/%s/"
                     "serviceLimits/%s",
                     call->args[0], call->args[1], call->args[2], value_text_at(quota, "name")),
        value_get(quota, "name"), limit_now(quota), value_int_at(quota, "_used", 0),
        value_at(quota, "properties.name"));
}

static const struct value *usage(struct call *call, const struct value *quota)
{
    return make_value(
        call->arena,
        "{'id': %s, 'name': %v, 'type': 'Microsoft.Quota/Usages', 'properties': {'name': %v, 'unit': "
        "'Count', 'isQuotaApplicable': true, 'usages': {'value': %d}}}",
        arena_printf(call->arena, "%s/providers/Microsoft.Quota/usages/%s", call->scope,
                     value_text_at(quota, "name")),
        value_get(quota, "name"), value_at(quota, "properties.name"), value_int_at(quota, "_used", 0));
}

static void list(struct call *call, const struct value *(*show)(struct call *, const struct value *))
{
    if (!is_served(call))
        return;
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, folder(call));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), show(call, estate_at(call->estate, i)));
    page_close(&page);
    call_header(call, "ETag", call_etag(call, call->answer));
}

void quota_list(struct call *call)
{
    list(call, is_older(call) ? shown_older : shown);
}

void quota_list_usages(struct call *call)
{
    list(call, usage);
}

static const struct value *find(struct call *call, char **key)
{
    if (!is_served(call))
        return NULL;
    *key = arena_printf(call->arena, "%s%s", folder(call), text_lower(call->arena, last_arg(call)));
    const struct value *found = estate_get(call->estate, *key);
    if (found == NULL)
        call_missing(call, call->path);
    return found;
}

void quota_get(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key);
    if (found == NULL)
        return;
    call_ok(call, 200, is_older(call) ? shown_older(call, found) : shown(call, found));
    call_header(call, "ETag", call_etag(call, call->answer));
}

static char *request_id(struct call *call, const char *id)
{
    return is_older(call)
               ? arena_printf(call->arena,
                              "/subscriptions/%s/providers/Microsoft.Capacity/resourceProviders/%s/"
                              "locations/%s/serviceLimitsRequests/%s",
                              call->args[0], call->args[1], call->args[2], id)
               : arena_printf(call->arena, "%s/providers/Microsoft.Quota/quotaRequests/%s", call->scope, id);
}

static const struct value *request_shown(struct call *call, const char *id, const char *state,
                                         const char *message, int64_t since)
{
    return make_value(
        call->arena,
        "{'id': %s, 'name': %s, 'type': %s, 'properties': {'provisioningState': %s, 'message': %s, "
        "'requestSubmitTime': %s}}",
        request_id(call, id), id,
        is_older(call) ? "Microsoft.Capacity/serviceLimitsRequests" : "Microsoft.Quota/quotaRequests", state,
        message, clock_rfc3339(call->arena, since));
}

void quota_change(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key), *body = found == NULL ? NULL : call_body(call);
    static const struct check checks[] = {{"properties.name.value", CHECK_TEXT, NULL},
                                          {"properties.limit!", CHECK_MAP, NULL},
                                          {"properties.limit.limitObjectType!", CHECK_WORD, "LimitValue"},
                                          {"properties.limit.value!", CHECK_WHOLE, NULL}},
                              older[] = {{"properties.name.value", CHECK_TEXT, NULL},
                                         {"properties.unit", CHECK_TEXT, NULL},
                                         {"properties.limit!", CHECK_WHOLE, NULL}};
    int64_t wanted = value_int_at(body, is_older(call) ? "properties.limit" : "properties.limit.value", -1),
            used = value_int_at(found, "_used", 0);
    if (body == NULL || !(is_older(call) ? check_body(call, body, older, sizeof older / sizeof older[0])
                                         : check_body(call, body, checks, sizeof checks / sizeof checks[0])))
        return;
    if (wanted < used) {
        call_fail(call, 400, "Invalid", "The limit must not be below the current usage of %lld.",
                  (long long)used);
        return;
    }
    char *id = crypto_uuid(call->arena);
    const struct value *change =
        make_value(call->arena, "{'_next': %d, 'ready': %d, 'properties': {'limit': {'value': %d}}}", wanted,
                   clock_now_ms() + MOMENT_MS, limit_now(found));
    estate_put(call->estate, arena_printf(call->arena, "log/quota/%s", id),
               make_value(call->arena, "{'quota': %s, 'limit': %d, 'ready': %d}", last_arg(call), wanted,
                          clock_now_ms() + MOMENT_MS));
    estate_put(call->estate, key, value_merge_patch(call->arena, found, change));
    call_header(call, "Retry-After", "1");
    call_header(call, "Location",
                arena_printf(call->arena, "https://management.azure.com%s?api-version=%s",
                             request_id(call, id), call_param(call, "api-version")));
    if (is_older(call))
        call_ok(call, 201,
                request_shown(call, id, "Accepted", "Initial provisioning state.", clock_now_ms()));
    else
        call_ok(call, 202, NULL);
}

void quota_get_request(struct call *call)
{
    const char *id = last_arg(call);
    const struct value *found =
        estate_get(call->estate, arena_printf(call->arena, "log/quota/%s", text_lower(call->arena, id)));
    if (found == NULL) {
        call_missing(call, call->path);
        return;
    }
    int64_t ready = value_int_at(found, "ready", 0);
    bool done = clock_now_ms() >= ready;
    call_ok(call, 200,
            request_shown(call, id, done ? "Succeeded" : "InProgress",
                          done ? "Request processed successfully." : "Request is being processed.",
                          ready - MOMENT_MS));
}
