// Partner Center: customers, their subscriptions (an Azure plan is one) and Azure subscriptions (entitlements
// of a plan). Not for fraud events (fraud.c) nor for what concerns the account itself (partner_account.c).
// Invariants: a plan with an active Azure subscription is never suspended; cancelling one ends its fraud
// events as fraud.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/fraud.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/partner_page.h"

enum { MOMENT_MS = 300, MOST = 500 }; // until a change of an entitlement shows; items of a page

static char *key_of(struct call *call, const char *folder, const char *first, const char *second,
                    const char *third)
{
    struct text key = text_new(call->arena);
    text_addf(&key, "partner/%s/%s", folder, first);
    if (second != NULL)
        text_addf(&key, "/%s", second);
    if (third != NULL)
        text_addf(&key, "/%s", third);
    return text_lower(call->arena, key.ptr);
}

// False after answering.
static bool check_customer(struct call *call)
{
    const char *id = call->args[0];
    if (!schema_is_guid(id))
        call_fail(call, 400, "800002",
                  "Customer ID %.60s should have GUID format (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).", id);
    else if (estate_get(call->estate, key_of(call, "customers", id, NULL, NULL)) == NULL)
        call_fail(call, 403, "900159", "The partner has no commerce relationship with the customer %s.", id);
    else
        return true;
    return false;
}

// Everything below a prefix, in pages of the size that is asked for.
static void answer_list(struct call *call, const char *prefix,
                        const struct value *(*show)(struct call *, const char *, const struct value *))
{
    struct value *items = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, prefix);
    for (size_t i = range.first; i < range.end; i++)
        value_append(call->arena, items, show(call, estate_key(call->estate, i), estate_at(call->estate, i)));
    const char *size = call_param(call, "size");
    unsigned long most = size == NULL ? MOST : strtoul(size, NULL, 10);
    partner_page(call, call->path + strlen("/v1"), items, most > 0 && most < MOST ? most : MOST);
}

static const struct value *plain(struct call *call, const char *key, const struct value *value)
{
    (void)call, (void)key;
    return value;
}

void partner_list_customers(struct call *call)
{
    answer_list(call, "partner/customers/", plain);
}

void partner_get_customer(struct call *call)
{
    if (check_customer(call))
        call_ok(call, 200, estate_get(call->estate, key_of(call, "customers", call->args[0], NULL, NULL)));
}

// The tag of what stands there now.
static char *etag_of(struct call *call, const struct value *subscription)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *status = value_text_at(subscription, "status"), *id = value_text_at(subscription, "id");
    char *text = arena_printf(call->arena, "%s %s", id, status);
    crypto_sha256(text, strlen(text), hash);
    return crypto_base64(call->arena, hash, 12);
}

static const struct value *show_subscription(struct call *call, const char *key,
                                             const struct value *subscription)
{
    (void)key;
    return value_merge_patch(call->arena, subscription,
                             make_value(call->arena,
                                        "{'attributes': {'etag': %s, 'objectType': 'Subscription'}}",
                                        etag_of(call, subscription)));
}

void partner_list_subscriptions(struct call *call)
{
    if (check_customer(call))
        answer_list(
            call, arena_printf(call->arena, "%s/", key_of(call, "subscriptions", call->args[0], NULL, NULL)),
            show_subscription);
}

static const struct value *find_subscription(struct call *call)
{
    const struct value *found =
        estate_get(call->estate, key_of(call, "subscriptions", call->args[0], call->args[1], NULL));
    if (found == NULL)
        call_fail(call, 404, "800109", "Subscription with ID %.60s is not found.", call->args[1]);
    return found;
}

void partner_get_subscription(struct call *call)
{
    const struct value *found = check_customer(call) ? find_subscription(call) : NULL;
    if (found != NULL)
        call_ok(call, 200, show_subscription(call, NULL, found));
}

// What its status is by now.
static const char *status_now(const struct value *entitlement)
{
    const char *next = value_text_at(entitlement, "_next");
    return next != NULL && clock_now_ms() >= value_int_at(entitlement, "ready", 0)
               ? next
               : value_text_at(entitlement, "status");
}

static char *entitlements_of(struct call *call)
{
    return arena_printf(call->arena, "%s/", key_of(call, "entitlements", call->args[0], call->args[1], NULL));
}

static bool has_active(struct call *call)
{
    struct estate_range range = estate_range(call->estate, entitlements_of(call));
    for (size_t i = range.first; i < range.end; i++)
        if (text_same(status_now(estate_at(call->estate, i)), "active"))
            return true;
    return false;
}

void partner_patch_subscription(struct call *call)
{
    const struct value *found = check_customer(call) ? find_subscription(call) : NULL;
    const struct value *body = found == NULL ? NULL : call_body(call);
    const char *status = value_text_at(body, "status");
    if (body == NULL)
        return;
    if (call->if_match == NULL || strcmp(call->if_match, etag_of(call, found)) != 0) {
        call_fail(call, call->if_match == NULL ? 400 : 412, "2055",
                  "The etag is missing or is not the current one.");
    } else if (!text_same(status, "suspended") && !text_same(status, "active")) {
        call_fail(call, 400, "2000", "The status of a subscription is set to suspended or active.");
    } else if (!text_same(value_text_at(body, "id"), value_text_at(found, "id"))) {
        call_fail(call, 400, "2000", "The whole subscription is required.");
    } else if (text_same(status, "suspended") && has_active(call)) {
        call_fail(call, 403, "900115", "An Azure plan with active Azure subscriptions cannot be suspended.");
    } else {
        bool suspended = text_same(status, "suspended");
        const struct value *now = value_merge_patch(
            call->arena, found,
            make_value(
                call->arena, "{'status': %s, 'suspensionReasons': %v}", suspended ? "suspended" : "active",
                suspended ? make_value(call->arena, "['PartnerCenterApi']") : value_list(call->arena)));
        estate_put(call->estate, key_of(call, "subscriptions", call->args[0], call->args[1], NULL), now);
        call_ok(call, 200, show_subscription(call, NULL, now));
    }
}

static const struct value *show_entitlement(struct call *call, const char *key,
                                            const struct value *entitlement)
{
    (void)key;
    return make_value(call->arena, "{'id': %v, 'friendlyName': %v, 'status': %s, 'subscriptionId': %v}",
                      value_get(entitlement, "id"), value_get(entitlement, "friendlyName"),
                      status_now(entitlement), value_get(entitlement, "subscriptionId"));
}

void partner_list_entitlements(struct call *call)
{
    if (check_customer(call) && find_subscription(call) != NULL)
        answer_list(call, entitlements_of(call), show_entitlement);
}

static const struct value *find_entitlement(struct call *call)
{
    if (!check_customer(call) || find_subscription(call) == NULL)
        return NULL;
    const struct value *found =
        estate_get(call->estate, key_of(call, "entitlements", call->args[0], call->args[1], call->args[2]));
    if (found == NULL)
        call_fail(call, 404, "800111", "Azure entitlement with ID %.60s is not found.", call->args[2]);
    return found;
}

void partner_get_entitlement(struct call *call)
{
    const struct value *found = find_entitlement(call);
    if (found != NULL)
        call_ok(call, 200, show_entitlement(call, NULL, found));
}

// The same subscription as Resource Manager shows it.
static void set_state(struct call *call, const char *subscription, const char *state)
{
    char *key = arena_printf(call->arena, "/subscriptions/%s", text_lower(call->arena, subscription));
    const struct value *now = estate_get(call->estate, key);
    if (now != NULL)
        estate_put(call->estate, key,
                   value_merge_patch(call->arena, now, make_value(call->arena, "{'state': %s}", state)));
}

static void turn(struct call *call, const struct value *entitlement, const char *status)
{
    const char *old = status_now(entitlement);
    struct value *now = value_map(call->arena);
    value_put_all(call->arena, now, entitlement);
    value_put_text(call->arena, now, "status", old);
    value_put_text(call->arena, now, "_next", status);
    value_put(call->arena, now, "ready", value_int(call->arena, clock_now_ms() + MOMENT_MS));
    estate_put(call->estate, key_of(call, "entitlements", call->args[0], call->args[1], call->args[2]), now);
    set_state(call, call->args[2], text_same(status, "active") ? "Enabled" : "Disabled");
    call_ok(call, 202, show_entitlement(call, NULL, now));
}

void partner_cancel_entitlement(struct call *call)
{
    const struct value *found = find_entitlement(call), *body = found == NULL ? NULL : call_body(call);
    const char *reason = value_text_at(body, "cancellationReason");
    if (body == NULL)
        return;
    if (!text_same(reason, "compromise")) {
        call_fail(call, 400, "900307", "Cancellation reason '%.60s' is invalid.",
                  reason == NULL ? "" : reason);
        return;
    }
    const struct value *entitlement = value_copy(call->arena, found);
    const struct value *events = fraud_all(call, call->args[2], NULL, true);
    for (size_t i = 0; i < value_count(events); i++)
        fraud_resolve(call, value_item(events, i), "Resolved", "Fraud");
    turn(call, entitlement, "inactive");
}

void partner_reactivate_entitlement(struct call *call)
{
    const struct value *found = find_entitlement(call);
    if (found != NULL && text_same(status_now(found), "active"))
        call_fail(call, 400, "900337", "Partner cannot reactivate Azure entitlement with ID %s.",
                  call->args[2]);
    else if (found != NULL)
        turn(call, value_copy(call->arena, found), "active");
}
