// Mail: accepted, kept in the sender's outbox (graph/outbox), delivered nowhere. Invariant: 202 means that
// the message is in the outbox.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/graph.h"
#include "lab/handlers.h"
#include "lab/make.h"

// The addresses of a list of recipients; false when one has none.
static bool addresses(struct call *call, const struct value *recipients, struct value *out)
{
    for (size_t i = 0; i < value_count(recipients); i++) {
        const char *address = value_text_at(value_item(recipients, i), "emailAddress.address");
        if (address == NULL || strchr(address, '@') == NULL)
            return false;
        value_append(call->arena, out, value_string(call->arena, address));
    }
    return true;
}

void mail_send(struct call *call)
{
    const struct value *sender = graph_find(call, GRAPH_USER),
                       *body = sender == NULL ? NULL : call_body(call);
    static const struct check checks[] = {{"subject", CHECK_TEXT, NULL},
                                          {"importance", CHECK_WORD, "low normal high"},
                                          {"body.contentType", CHECK_WORD, "text html"},
                                          {"body.content", CHECK_TEXT, NULL},
                                          {"toRecipients[].emailAddress.address", CHECK_TEXT, NULL},
                                          {"ccRecipients[].emailAddress.address", CHECK_TEXT, NULL},
                                          {"bccRecipients[].emailAddress.address", CHECK_TEXT, NULL}};
    const struct value *message = value_get_nocase(body, "message"); // "Message", its clients write
    struct value *to = value_list(call->arena);
    if (body == NULL ||
        (message != NULL && !check_body(call, message, checks, sizeof checks / sizeof checks[0])))
        return;
    if (value_text_at(sender, "mail") == NULL) {
        call_fail(call, 404, "MailboxNotEnabledForRESTAPI",
                  "The mailbox is either inactive, soft-deleted, or is hosted on-premise.");
        return;
    }
    bool ok = addresses(call, value_get(message, "toRecipients"), to) &&
              addresses(call, value_get(message, "ccRecipients"), to) &&
              addresses(call, value_get(message, "bccRecipients"), to);
    if (!ok || value_count(to) == 0) {
        call_fail(call, 400, "ErrorInvalidRecipients", "At least one recipient isn't valid.");
        return;
    }
    char *id = crypto_uuid(call->arena);
    int64_t now = clock_now_ms();
    estate_put(call->estate, arena_printf(call->arena, "graph/outbox/%013lld-%s", (long long)now, id),
               make_value(call->arena, "{'id': %s, 'from': %v, 'to': %v, 'sent': %s, 'message': %v}", id,
                          value_get(sender, "mail"), to, clock_rfc3339(call->arena, now), message));
    call_ok(call, 202, NULL);
}
