// What a service answers that goes on with a change after it has answered: where its progress can be read.
// Not for reading it (stdlib/lib/arm_operation.lua). Invariant: a receipt is durable before it is asked
// about, so whoever resumes the run asks on, and the change is not sent again.
#include "run/receipt.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "data/json.h"
#include "run/recall.h"
#include "trail/trail.h"

static bool is_receipt(const struct response *response)
{
    return response->status / 100 == 2 &&
           (value_get(response->headers, "azure-asyncoperation") != NULL ||
            (response->status == 202 && value_get(response->headers, "location") != NULL));
}

// Of what was sent: another body is another change, and so is one with another secret.
static const char *digest_of(const struct instance *instance, const struct value *body)
{
    struct arena *arena = instance->run->arena;
    struct trail *trail = run_config(instance->run)->trail;
    const char *text = json_text(arena, trail_mask_value(trail, arena, body == NULL ? &value_null : body));
    return crypto_digest(arena, text, strlen(text));
}

static void record(struct flight *flight, int status, const struct value *headers)
{
    const struct instance *instance = flight->carry->instance;
    struct run *run = instance->run;
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "path", instance->path);
    value_put_text(run->arena, members, "method", flight->request.method);
    value_put_text(run->arena, members, "url", flight->request.url);
    value_put_text(run->arena, members, "body_digest", digest_of(instance, flight->request.body));
    value_put(run->arena, members, "status", value_int(run->arena, status));
    value_put(run->arena, members, "headers", value_copy(run->arena, headers));
    run_record(run, "effect.receipt", members);
    flight->carry->durably = true;
}

void receipt_note(struct flight *flight, const struct response *response)
{
    if (is_receipt(response))
        record(flight, response->status, response->headers);
}

// Of the newest attempt, with an end that nobody knows.
static const struct value *standing(const struct instance *instance)
{
    const struct recall *recall = instance->run->recall;
    if (recall == NULL || instance->attempt > 1 || recall_pending(recall, instance->path) == NULL)
        return NULL;
    return recall_after(recall, "effect.receipt", instance->path);
}

static bool is_for(const struct value *receipt, const char *method, const char *url, const char *digest)
{
    return text_same(value_text_at(receipt, "url"), url) &&
           text_same(value_text_at(receipt, "method"), method) &&
           text_same(value_text_at(receipt, "body_digest"), digest);
}

bool receipt_take(struct flight *flight)
{
    struct instance *instance = flight->carry->instance;
    const struct value *receipt = standing(instance);
    const struct request *request = &flight->request;
    if (receipt == NULL ||
        !is_for(receipt, request->method, request->url, digest_of(instance, request->body)))
        return false;
    const struct value *headers = value_get(receipt, "headers");
    flight->response->status = (int)value_int_at(receipt, "status", 202);
    flight->response->headers = headers;
    instance->effect->sent = true;
    instance->effect->accepted++;
    record(flight, flight->response->status, headers);
    flight_end(flight);
    return true;
}

bool receipt_covers(const struct instance *instance)
{
    const struct value *receipt = standing(instance);
    const struct value *requests =
        value_get(recall_pending(instance->run->recall, instance->path), "requests");
    const struct value *only = value_count(requests) == 1 ? value_item(requests, 0) : NULL;
    return receipt != NULL && only != NULL &&
           is_for(receipt, value_text_at(only, "method"), value_text_at(only, "url"),
                  digest_of(instance, NULL));
}
