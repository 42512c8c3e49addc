// Azure support: services, tickets and what is written to them; and cancelling a subscription by Resource
// Manager. In the lab nobody reads a ticket. Invariant: a ticket is never deleted, only closed.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/operation.h"

// {id, name, its one problem class, that one's name}
static const char *const services[][4] = {
    {"f3dc5421-79ef-1efa-41a5-42bf3cbb52c6", "Subscription management",
     "4a1e3a2d-1b7c-4c38-9d2f-6a4e9d0c7b11", "Other / suspicious activity in a subscription"},
    {"06bfd9d3-516b-d5c6-5802-169c800dec89", "Service and subscription limits (quotas)",
     "e12e3d1d-7fa0-af33-c6d0-3c50df9658a3", "Compute-VM (cores-vCPUs) subscription limit increases"},
    {"517f2da6-78fd-0498-4e22-ad26996b1dfc", "Billing", "1afb0d0e-6a0f-4a53-9b1c-7d9f3c2f8e44",
     "Fraud and unauthorised charges"}};
enum { SERVICES = sizeof services / sizeof services[0] };

static const struct value *item(struct call *call, const char *id, const char *name, const char *type)
{
    return make_value(call->arena, "{'id': %s, 'name': %s, 'type': %s, 'properties': {'displayName': %s}}",
                      id, strrchr(id, '/') + 1, type, name);
}

void support_list_services(struct call *call)
{
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < SERVICES; i++)
        value_append(
            call->arena, list,
            item(call, arena_printf(call->arena, "/providers/Microsoft.Support/services/%s", services[i][0]),
                 services[i][1], "Microsoft.Support/services"));
    call_ok(call, 200, make_value(call->arena, "{'value': %v}", list));
}

void support_list_problems(struct call *call)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (!text_same(services[i][0], call->args[0]))
            continue;
        char *id =
            arena_printf(call->arena, "/providers/Microsoft.Support/services/%s/problemClassifications/%s",
                         services[i][0], services[i][2]);
        call_ok(call, 200,
                make_value(call->arena, "{'value': [%v]}",
                           item(call, id, services[i][3], "Microsoft.Support/problemClassifications")));
        return;
    }
    call_missing(call, call->path);
}

static char *ticket_key(struct call *call, const char *name)
{
    return text_lower(call->arena,
                      arena_printf(call->arena,
                                   "/subscriptions/%s/providers/Microsoft.Support/supportTickets/%s",
                                   call->args[0], name));
}

void support_check_name(struct call *call)
{
    const struct value *body = call_body(call);
    static const struct check checks[] = {
        {"name!", CHECK_TEXT, NULL},
        {"type!", CHECK_WORD, "Microsoft.Support/supportTickets Microsoft.Support/communications"}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    const char *name = value_text_at(body, "name");
    bool free = estate_get(call->estate, ticket_key(call, name)) == NULL;
    call_ok(call, 200,
            make_value(call->arena, "{'nameAvailable': %b, 'reason': %s, 'message': %s}", free,
                       free ? NULL : "AlreadyExists", free ? NULL : "The name is in use."));
}

void support_get_ticket(struct call *call)
{
    const struct value *found = estate_get(call->estate, ticket_key(call, call->args[1]));
    if (found == NULL)
        call_missing(call, call->path);
    else
        call_ok(call, 200, found);
}

#define SEVERITIES "minimal moderate critical highestcriticalimpact"

static bool check_ticket(struct call *call, const struct value *body)
{
    static const struct check checks[] = {
        {"properties!", CHECK_MAP, NULL},
        {"properties.serviceId!", CHECK_TEXT, NULL},
        {"properties.problemClassificationId!", CHECK_TEXT, NULL},
        {"properties.title!", CHECK_TEXT, NULL},
        {"properties.description!", CHECK_TEXT, NULL},
        {"properties.severity!", CHECK_WORD, SEVERITIES},
        {"properties.require24X7Response", CHECK_FLAG, NULL},
        {"properties.contactDetails!", CHECK_MAP, NULL},
        {"properties.contactDetails.firstName!", CHECK_TEXT, NULL},
        {"properties.contactDetails.lastName!", CHECK_TEXT, NULL},
        {"properties.contactDetails.preferredContactMethod!", CHECK_WORD, "email phone"},
        {"properties.contactDetails.primaryEmailAddress!", CHECK_TEXT, NULL},
        {"properties.contactDetails.additionalEmailAddresses[]", CHECK_TEXT, NULL},
        {"properties.contactDetails.preferredTimeZone!", CHECK_TEXT, NULL},
        {"properties.contactDetails.country!", CHECK_TEXT, NULL},
        {"properties.contactDetails.preferredSupportLanguage!", CHECK_TEXT, NULL},
        {"properties.advancedDiagnosticConsent!", CHECK_WORD, "Yes No"}};
    size_t count = sizeof checks / sizeof checks[0];
    if (text_same(call_param(call, "api-version"), "2020-04-01"))
        count--; // the last one came later
    return check_body(call, body, checks, count);
}

// Support's number for a ticket: fifteen digits.
static char *number_of(struct call *call, const char *key)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    unsigned long long number = 0;
    crypto_sha256(key, strlen(key), hash);
    for (size_t i = 0; i < 6; i++)
        number = number * 256 + hash[i];
    return arena_printf(call->arena, "%015llu", number);
}

void support_put_ticket(struct call *call)
{
    const struct value *body = call_body(call);
    char *key = ticket_key(call, call->args[1]);
    if (body == NULL || !check_ticket(call, body))
        return;
    if (estate_get(call->estate, key) != NULL) {
        call_ok(call, 200, estate_get(call->estate, key)); // the name is the key: it is the same ticket
        return;
    }
    char *now = clock_rfc3339(call->arena, clock_now_ms());
    const struct value *made =
        make_value(call->arena,
                   "{'supportTicketId': %s, 'status': 'Open', 'createdDate': %s, 'modifiedDate': %s, "
                   "'enrollmentId': ''}",
                   number_of(call, key), now, now);
    const struct value *ticket = make_value(
        call->arena, "{'id': %s, 'name': %s, 'type': 'Microsoft.Support/supportTickets', 'properties': %v}",
        arena_printf(call->arena, "/subscriptions/%s/providers/Microsoft.Support/supportTickets/%s",
                     call->args[0], call->args[1]),
        call->args[1], value_merge_patch(call->arena, value_get(body, "properties"), made));
    estate_put(call->estate, key, ticket);
    call_ok(call, 200, ticket);
}

void support_patch_ticket(struct call *call)
{
    const struct value *found = estate_get(call->estate, ticket_key(call, call->args[1]));
    const struct value *body = found == NULL ? NULL : call_body(call);
    static const struct check checks[] = {
        {"status", CHECK_WORD, "open closed"},
        {"severity", CHECK_WORD, SEVERITIES},
        {"advancedDiagnosticConsent", CHECK_WORD, "Yes No"},
        {"contactDetails", CHECK_MAP, NULL},
        {"contactDetails.firstName", CHECK_TEXT, NULL},
        {"contactDetails.lastName", CHECK_TEXT, NULL},
        {"contactDetails.preferredContactMethod", CHECK_WORD, "email phone"},
        {"contactDetails.primaryEmailAddress", CHECK_TEXT, NULL},
        {"contactDetails.additionalEmailAddresses[]", CHECK_TEXT, NULL}};
    if (found == NULL) {
        call_missing(call, call->path);
    } else if (body != NULL && check_body(call, body, checks, sizeof checks / sizeof checks[0])) {
        const struct value *now =
            value_merge_patch(call->arena, found, make_value(call->arena, "{'properties': %v}", body));
        estate_put(call->estate, ticket_key(call, call->args[1]), now);
        call_ok(call, 200, now);
    }
}

static char *communication_key(struct call *call)
{
    return arena_printf(call->arena, "%s/communications/%s", ticket_key(call, call->args[1]),
                        text_lower(call->arena, call->args[2]));
}

void support_get_communication(struct call *call)
{
    const struct value *found = estate_get(call->estate, communication_key(call));
    if (found == NULL)
        call_missing(call, call->path);
    else
        call_ok(call, 200, found);
}

void support_put_communication(struct call *call)
{
    const struct value *ticket = estate_get(call->estate, ticket_key(call, call->args[1]));
    const struct value *body = ticket == NULL ? NULL : call_body(call), *said = value_get(body, "properties");
    char *key = communication_key(call);
    if (ticket == NULL)
        call_missing(call, call->path);
    static const struct check checks[] = {{"properties!", CHECK_MAP, NULL},
                                          {"properties.sender", CHECK_TEXT, NULL},
                                          {"properties.subject!", CHECK_TEXT, NULL},
                                          {"properties.body!", CHECK_TEXT, NULL}};
    if (body == NULL || !check_body(call, body, checks, sizeof checks / sizeof checks[0]))
        return;
    if (estate_get(call->estate, key) != NULL) { // as with tickets
        call_ok(call, 200, estate_get(call->estate, key));
        return;
    }
    const struct value *made = make_value(
        call->arena, "{'communicationType': 'web', 'communicationDirection': 'outbound', 'createdDate': %s}",
        clock_rfc3339(call->arena, clock_now_ms()));
    const struct value *communication = make_value(
        call->arena, "{'id': %s, 'name': %s, 'type': 'Microsoft.Support/communications', 'properties': %v}",
        call->path, call->args[2], value_merge_patch(call->arena, said, made));
    estate_put(call->estate, key, communication);
    const struct operation operation = {.status = 202, .links = OPERATION_BOTH, .result = communication};
    operation_begin(call, &operation);
}

// Cancel and enable. A partner's customer's subscription is not cancelled here.
void support_turn_subscription(struct call *call)
{
    char *key = arena_printf(call->arena, "/subscriptions/%s", text_lower(call->arena, call->args[0]));
    const struct value *found = estate_get(call->estate, key);
    const char *quota = value_text_at(found, "subscriptionPolicies.quotaId");
    bool cancel = text_same(call->args[1], "cancel");
    if (text_starts_nocase(quota == NULL ? "" : quota, "CSP_")) {
        call_fail(call, 400, "BadRequest",
                  "A subscription of a Cloud Solution Provider is managed by the partner.");
        return;
    }
    estate_put(call->estate, key,
               value_merge_patch(call->arena, found,
                                 make_value(call->arena, "{'state': %s}", cancel ? "Disabled" : "Enabled")));
    call_ok(call, 200, make_value(call->arena, "{'subscriptionId': %s}", call->args[0]));
}
