// Quotas of a provider in a region, their use, and requests to change them. Invariant: a limit shows a moment
// after its request was taken, never before, and never below what is used.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

enum { MOMENT_MS = 200 };

static char *folder(struct call *call)
{
    return text_lower(call->arena,
                      arena_printf(call->arena, "%s/providers/Microsoft.Quota/quotas/", call->scope));
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
    struct page page = page_open(call);
    struct estate_range range = estate_range(call->estate, folder(call));
    for (size_t i = range.first; i < range.end; i++)
        if (page_wants(&page, estate_key(call->estate, i)))
            page_add(&page, estate_key(call->estate, i), show(call, estate_at(call->estate, i)));
    page_close(&page);
}

void quota_list(struct call *call)
{
    list(call, shown);
}

void quota_list_usages(struct call *call)
{
    list(call, usage);
}

static const struct value *find(struct call *call, char **key)
{
    *key = arena_printf(call->arena, "%s%s", folder(call), text_lower(call->arena, call->args[0]));
    const struct value *found = estate_get(call->estate, *key);
    if (found == NULL)
        call_missing(call, call->path);
    return found;
}

void quota_get(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key);
    if (found != NULL)
        call_ok(call, 200, shown(call, found));
}

void quota_change(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key), *body = found == NULL ? NULL : call_body(call);
    int64_t wanted = value_int_at(body, "properties.limit.value", -1), used = value_int_at(found, "_used", 0);
    if (body == NULL)
        return;
    if (wanted < used) {
        call_fail(call, 400, "Invalid", "The limit must be a number not below the current usage of %lld.",
                  (long long)used);
        return;
    }
    char *id = crypto_uuid(call->arena);
    const struct value *change =
        make_value(call->arena, "{'_next': %d, 'ready': %d, 'properties': {'limit': {'value': %d}}}", wanted,
                   clock_now_ms() + MOMENT_MS, limit_now(found));
    estate_put(call->estate, arena_printf(call->arena, "log/quota/%s", id),
               make_value(call->arena, "{'quota': %s, 'limit': %d, 'ready': %d}", call->args[0], wanted,
                          clock_now_ms() + MOMENT_MS));
    estate_put(call->estate, key, value_merge_patch(call->arena, found, change));
    call_header(call, "Retry-After", "1");
    call_header(call, "Location",
                arena_printf(call->arena,
                             "https://management.azure.com%s/providers/Microsoft.Quota/quotaRequests/"
                             "%s?api-version=2023-02-01",
                             call->scope, id));
    call_ok(call, 202, NULL);
}

void quota_get_request(struct call *call)
{
    const struct value *found = estate_get(
        call->estate, arena_printf(call->arena, "log/quota/%s", text_lower(call->arena, call->args[0])));
    if (found == NULL) {
        call_missing(call, call->path);
        return;
    }
    bool done = clock_now_ms() >= value_int_at(found, "ready", 0);
    call_ok(call, 200,
            make_value(call->arena,
                       "{'id': %s, 'name': %s, 'type': 'Microsoft.Quota/quotaRequests', 'properties': "
                       "{'provisioningState': %s, 'message': %s, 'requestSubmitTime': %s}}",
                       call->path, call->args[0], done ? "Succeeded" : "InProgress",
                       done ? "Request processed successfully." : "Request is being processed.",
                       clock_rfc3339(call->arena, value_int_at(found, "ready", 0) - MOMENT_MS)));
}
