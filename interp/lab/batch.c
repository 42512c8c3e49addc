// Several requests to Graph in one. Not for what a request is answered: each goes the way of one that came
// alone, but for its sign-in, which is that of all. Invariant: a batch that is not well formed changes
// nothing.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/core.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/route.h"

enum { MOST = 20, SUCCESS = 300 };

struct step {
    const struct value *request;
    const char *id;
    int status; // 0: not answered yet
};
struct batch {
    struct step steps[MOST];
    size_t count;
};

static struct step *find_step(struct batch *batch, const char *id)
{
    for (size_t i = 0; i < batch->count; i++)
        if (id != NULL && strcmp(batch->steps[i].id, id) == 0)
            return &batch->steps[i];
    return NULL;
}

// False where one has no id of its own, or does not say what is asked.
static bool read_steps(struct batch *batch, const struct value *requests)
{
    for (size_t i = 0; i < value_count(requests); i++) {
        const struct value *request = value_item(requests, i);
        const char *id = value_text_at(request, "id"), *url = value_text_at(request, "url");
        if (id == NULL || url == NULL || value_text_at(request, "method") == NULL ||
            find_step(batch, id) != NULL || text_find_nocase(url, "$batch") != NULL)
            return false;
        batch->steps[batch->count++] = (struct step){.request = request, .id = id};
    }
    return batch->count > 0;
}

// Each behind those that it depends on: they stand in front of it, or the batch is not well formed.
static bool is_ordered(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct value *needed = value_get(batch->steps[i].request, "dependsOn");
        for (size_t n = 0; n < value_count(needed); n++) {
            const struct step *step = find_step(batch, value_text(value_item(needed, n)));
            if (step == NULL || step >= &batch->steps[i])
                return false;
        }
    }
    return true;
}

static bool may_go(struct batch *batch, const struct step *step)
{
    const struct value *needed = value_get(step->request, "dependsOn");
    for (size_t n = 0; n < value_count(needed); n++)
        if (find_step(batch, value_text(value_item(needed, n)))->status >= SUCCESS)
            return false;
    return true;
}

static const char *header_of(const struct value *request, const char *name)
{
    const struct value *headers = value_get(request, "headers");
    for (size_t i = 0; value_is(headers, VALUE_MAP) && i < headers->count; i++)
        if (text_same(headers->fields[i].key, name))
            return value_text(headers->fields[i].value);
    return NULL;
}

static void answer_step(struct call *whole, const struct step *step, struct call *part)
{
    const char *url = value_text_at(step->request, "url");
    const struct value *body = value_get(step->request, "body");
    *part = (struct call){
        .arena = whole->arena,
        .estate = whole->estate,
        .method = value_text_at(step->request, "method"),
        .host_name = whole->host_name,
        .target = arena_printf(whole->arena, "/%s%s%s", whole->segments[0], *url == '/' ? "" : "/", url),
        .content_type = header_of(step->request, "Content-Type"),
        .if_match = header_of(step->request, "If-Match"),
        .client_request_id = whole->client_request_id,
        .correlation_id = whole->correlation_id,
        .remaining = whole->remaining,
        .id = whole->id,
        .oid = whole->oid,
        .app_id = whole->app_id,
        .tenant = whole->tenant,
        .person = whole->person};
    if (body != NULL) {
        part->bytes = json_text(whole->arena, body);
        part->length = strlen(part->bytes);
    }
    if (route_read(part))
        core_judge(part);
}

static const struct value *shown(struct call *whole, const struct step *step, const struct call *part)
{
    struct value *headers = value_map(whole->arena);
    if (part->answer != NULL)
        value_put_text(whole->arena, headers, "Content-Type", "application/json");
    for (size_t i = 0; i < part->header_count; i++)
        value_put_text(whole->arena, headers, part->headers[i].name, part->headers[i].value);
    return make_value(whole->arena, "{'id': %s, 'status': %d, 'headers': %v, 'body': %v}", step->id,
                      (int64_t)part->status, headers, part->answer);
}

void batch_run(struct call *call)
{
    const struct value *body = call_body(call), *requests = value_get(body, "requests");
    struct batch batch = {.count = 0};
    if (body == NULL)
        return;
    if (value_count(requests) > MOST) {
        call_fail(call, 400, "BadRequest", "Number of batch request steps exceeds the maximum value of %d.",
                  (int)MOST);
        return;
    }
    if (!read_steps(&batch, requests) || !is_ordered(&batch)) {
        call_fail(call, 400, "BadRequest", "Invalid batch payload format.");
        return;
    }
    struct value *answers = value_list(call->arena);
    for (size_t i = 0; i < batch.count; i++) {
        struct step *step = &batch.steps[i];
        struct call part = {.arena = call->arena, .host = CALL_GRAPH, .id = call->id};
        if (may_go(&batch, step))
            answer_step(call, step, &part);
        else
            call_fail(&part, 424, "FailedDependency", "A request that this one depends on has failed.");
        step->status = part.status;
        value_append(call->arena, answers, shown(call, step, &part));
    }
    call_ok(call, 200, make_value(call->arena, "{'responses': %v}", answers));
}
