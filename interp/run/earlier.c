// Changes that were begun earlier: by this run before it was resumed, or, for events that happen once, by any
// run. Not for making changes (change.c). Invariant: what may have happened is repeated only where the
// primitive says that this is safe, or a person says so.
#include "run/earlier.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "run/change.h"
#include "run/do.h"
#include "run/effect.h"
#include "run/history.h"
#include "run/instance.h"
#include "run/people.h"
#include "run/recall.h"
#include "run/receipt.h"
#include "run/settle.h"

// The trail has the state that was found; what an observation tells besides is as it is seen now.
static const struct value *as_found(struct instance *instance, const struct value *found)
{
    const struct value *now = instance->effect->before;
    struct value *whole = value_map(instance->run->arena);
    if (value_is_null(found))
        return NULL;
    for (size_t i = 0; value_is(now, VALUE_MAP) && i < now->count; i++)
        if (schema_field(instance->primitive->state, now->fields[i].key) == NULL)
            value_put(instance->run->arena, whole, now->fields[i].key, now->fields[i].value);
    value_put_all(instance->run->arena, whole, found);
    return whole;
}

// The change was begun before this run was resumed, and is there: it counts as this run's, with the state
// that it found then.
static void was_applied(struct instance *instance, const struct value *intent)
{
    struct run *run = instance->run;
    struct effect *effect = instance->effect;
    struct err err = {0};
    const struct value *before = recall_value(run->recall, intent, "before", &err);
    if (before == NULL) {
        instance_fail_run(instance, &err);
        return;
    }
    effect->after = effect->before;
    effect->before = as_found(instance, before);
    effect->seen = true;
    run->changes++;
    if (!recall_applied(run->recall, instance->path))
        effect_record_earlier(instance, intent);
    instance->outcome = STEP_DONE;
    change_give_result(instance);
}

// Nobody knows whether it happened. It is not repeated before a person has said so, here or with --answer
// PATH?; what hangs on it is undecided, and all else goes on.
static void unsettled(struct instance *instance)
{
    const char *why =
        recall_unseen(instance->run->recall, instance->path) ? "does not show" : "its answer was lost";
    static const char *const choices[] = {"happened", "repeat", NULL};
    struct run *run = instance->run;
    const char *what =
        instance->effect->once_key != NULL ? instance->effect->once_key : instance->effect->resource;
    const char *text = arena_printf(run->arena,
                                    "%s (%s) was begun earlier, and %s. Look whether it happened: "
                                    "happened leaves it at that, repeat does it (perhaps again).",
                                    instance->primitive->summary, what, why);
    const char *answer = people_decide(instance, text, choices);
    if (text_is(answer, choices[0])) {
        change_in_place(instance);
    } else if (answer != NULL) {
        change_differs(instance);
    } else {
        run->waiting = true;
        instance_end(instance, STEP_UNDECIDED,
                     arena_printf(run->arena,
                                  "it was begun earlier and %s: it may have happened, and is not repeated",
                                  why),
                     NULL);
    }
}

void earlier_event(struct instance *instance, const struct history *history)
{
    const char *key = instance->effect->once_key;
    const struct value *here = key == NULL ? NULL : value_get(instance->run->once, key);
    enum once_fate fate = here == NULL                     ? history_once(history, key)
                          : value_equal(here, &value_true) ? ONCE_DONE
                          : value_is_null(here)            ? ONCE_UNKNOWN
                                                           : history_once(history, key);
    const struct value *begun = recall_newest(instance->run->recall, "effect.intent", instance->path);
    if (fate == ONCE_DONE && begun != NULL && recall_applied(instance->run->recall, instance->path))
        was_applied(instance, begun);
    else if (fate == ONCE_DONE)
        change_in_place(instance);
    else if (fate == ONCE_UNKNOWN)
        unsettled(instance);
    else
        change_differs(instance);
}

// An attempt of this step may have made it, and it is there: it did.
static void attempt_made_it(struct instance *instance)
{
    struct effect *effect = instance->effect;
    effect->after = effect->before;
    effect->before = instance->lost->before;
    effect->seen = true;
    effect->requests = instance->lost->requests;
    effect->request_count = instance->lost->request_count;
    effect_record(instance, "effect.result", "applied", &value_true,
                  "an earlier attempt made it, and its answer was lost");
    instance->outcome = STEP_DONE;
    change_give_result(instance);
}

static void observe_again(struct instance *instance)
{
    do_observe(instance, STAGE_OBSERVE);
}

// What was begun a moment ago may only not show yet: then it is looked for again before anybody is asked.
static bool may_show_yet(struct instance *instance)
{
    int64_t begun_ms = 0;
    const struct value *begun = recall_newest(instance->run->recall, "effect.intent", instance->path);
    if (instance->effect->settle_until_ms == 0 && clock_parse(value_text_at(begun, "time"), &begun_ms))
        settle_begin(instance, clock_now_ms() - begun_ms);
    return settle_again(instance, observe_again);
}

bool earlier_change(struct instance *instance, bool as_wanted)
{
    if (as_wanted && instance->lost != NULL) {
        attempt_made_it(instance);
        return true;
    }
    const struct recall *recall = instance->run->recall;
    bool pending = recall_pending(recall, instance->path) != NULL;
    bool maybe = (pending && !receipt_covers(instance)) || recall_unseen(recall, instance->path);
    if (as_wanted && (pending || recall_applied(recall, instance->path)))
        was_applied(instance, recall_newest(recall, "effect.intent", instance->path));
    else if (as_wanted || !maybe || instance->primitive->repeatable)
        return false;
    else if (!may_show_yet(instance))
        unsettled(instance);
    return true;
}
