// Reads in the activity log who changed a resource that is not as a run left it. Not for what follows from it
// (undo.c). Invariant: it is a read like any other, through the gate and into the trail; where it fails or
// tells nothing, nobody is named.
#include "run/who.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "net/token.h"
#include "run/allow.h"
#include "run/do.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/recall.h"
#include "run/undo.h"

static const char reader[] = "monitor.query_activity";
enum { TO_THE_SECOND = sizeof "2026-01-01T00:00:00" - 1 };

// When the change was told: who came after that was somebody else, or this identity for another reason.
static const char *moment_of(const struct instance *instance, const struct undo_effect *effect)
{
    const struct recall *of = instance->run->request.undo->of;
    const struct value *result = recall_newest(of, "effect.result", effect->of);
    return value_text_at(result != NULL ? result : recall_newest(of, "effect.intent", effect->of), "time");
}

// The newest event by somebody else, of those from that second on.
static const char *words_of(struct run *run, const struct value *events, const char *since)
{
    struct token_identity self = allow_identity(run);
    const struct value *newest = NULL;
    for (size_t i = 0; i < value_count(events); i++) {
        const struct value *event = value_item(events, i);
        const char *time = value_text_at(event, "time"), *who = value_text_at(event, "caller");
        bool own = text_same(value_text_at(event, "object_id"), self.object_id);
        if (time != NULL && who != NULL && !own && strncmp(time, since, TO_THE_SECOND) >= 0 &&
            (newest == NULL || strcmp(time, value_text_at(newest, "time")) > 0))
            newest = event;
    }
    return newest == NULL ? NULL
                          : arena_printf(run->arena, "%s at %s (%s)", value_text_at(newest, "caller"),
                                         value_text_at(newest, "time"), value_text_at(newest, "operation"));
}

static void told(struct instance *asked)
{
    struct instance *instance = asked->caller;
    instance->called = NULL;
    if (asked->status == STEP_DONE)
        instance->changed_by = words_of(instance->run, value_get(asked->result, "events"),
                                        value_text_at(asked->params, "start"));
    loop_ready(instance->run->engine, instance, instance->told);
}

void who_changed(struct instance *instance, const struct undo_effect *effect,
                 void (*done)(struct instance *instance))
{
    static const struct step step = {
        .kind = STEP_DO, .id = "who", .attempts = 1, .on_error = ON_ERROR_CONTINUE};
    struct run *run = instance->run;
    const char *resource = instance->effect->resource, *since = moment_of(instance, effect);
    if (resource == NULL || !text_starts_nocase(resource, "/subscriptions/") || since == NULL) {
        done(instance); // only resources of ARM have an activity log
        return;
    }
    struct value *with = value_map(run->arena);
    value_put_text(run->arena, with, "resource", resource);
    value_put_text(run->arena, with, "start", since);
    value_put_text(run->arena, with, "back", "1s"); // the log rounds
    struct instance *asked =
        instance_new(run, NULL, &step, arena_printf(run->arena, "%s~who", instance->path), &run->frame);
    asked->is_item = true; // its result is no step's
    asked->caller = instance;
    asked->on_end = told;
    instance->called = asked;
    instance->told = done;
    do_start_call(asked, reader, with);
}
