// May what a run left be taken back? Only while it is as that run left it, unless told otherwise, and unless
// a later run counts on it. Not for what there is to take back (undo.c). Invariant: where it may not, the
// step has ended and says why.
#include "run/takeback.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "run/effect.h"
#include "run/instance.h"
#include "run/recall.h"
#include "run/relied.h"
#include "run/rollback.h"
#include "run/undo.h"
#include "run/who.h"

// It remains: for people, or for the timer, which comes again.
static void leave(struct instance *instance, enum step_status status, const char *why)
{
    instance->run->step_failed = true;
    effect_record(instance, "effect.result", step_status_word(status), NULL, why);
    instance_end(instance, status, why, NULL);
}

static void refuse_changed(struct instance *instance)
{
    bool gone = instance->effect->before == NULL;
    leave(instance, STEP_REFUSED,
          arena_printf(instance->run->arena, "it has been %s since%s%s (--force undoes it all the same)",
                       gone ? "removed" : "changed",
                       instance->changed_by != NULL ? " by " : ", the activity log does not tell by whom",
                       instance->changed_by != NULL ? instance->changed_by : ""));
}

// Is each part of a state as it was before, or as it was to become?
static bool lies_between(const struct value *now, const struct value *before, const struct value *after)
{
    if (value_equal(now, before) || value_equal(now, after))
        return true;
    if (now == NULL || before == NULL || after == NULL || now->kind != before->kind ||
        now->kind != after->kind)
        return false;
    if (now->kind == VALUE_LIST) {
        bool same = now->count == before->count && now->count == after->count;
        for (size_t i = 0; same && i < now->count; i++)
            same = lies_between(now->items[i], before->items[i], after->items[i]);
        return same;
    }
    const struct value *states[] = {now, before, after};
    for (size_t s = 0; s < sizeof states / sizeof *states; s++)
        for (size_t i = 0; value_is(now, VALUE_MAP) && i < states[s]->count; i++) {
            const char *key = states[s]->fields[i].key;
            if (!lies_between(value_get(now, key), value_get(before, key), value_get(after, key)))
                return false;
        }
    return now->kind == VALUE_MAP;
}

// Was the change made in part? What it would not have set does not decide, as where states are compared.
static bool is_in_part(const struct value *now, const struct undo_effect *undo)
{
    if (!undo->in_part || lies_between(now, undo->before, undo->after))
        return undo->in_part;
    bool so = value_is(now, VALUE_MAP) && value_is(undo->after, VALUE_MAP);
    for (size_t i = 0; so && i < undo->after->count; i++) {
        const char *key = undo->after->fields[i].key;
        so = lies_between(value_get(now, key), value_get(undo->before, key), undo->after->fields[i].value);
    }
    return so;
}

// Does no later run count on it? Where one does, a person who takes it back is told so, and what goes by
// itself, at the end of a lease or behind a failed step, leaves it.
static bool is_free(struct instance *instance, const struct undo_effect *undo)
{
    struct run *run = instance->run;
    const struct undo_plan *plan = run->request.undo;
    struct relied relied;
    struct err err = {0};
    if (!relied_find(run->arena, run_config(run)->trail, plan, undo, instance->primitive->state, &relied,
                     &err)) {
        instance_fail_run(instance, &err);
        return false;
    }
    if (relied.run == NULL || instance->told_relied)
        return true;
    bool lasting = relied.until_ms == INT64_MAX;
    err_set(&err, E_STEP, "%s %s at %s, and counts on it%s%s", relied.run,
            relied.made ? "made the same change" : "found this in place", relied.time,
            lasting ? "" : " until ", lasting ? "" : clock_rfc3339(run->arena, relied.until_ms));
    if (plan->leased && !lasting) {
        leave(instance, STEP_FAILED, arena_strdup(run->arena, err.message));
        return false;
    }
    if (plan->leased || rollback_is_at_work(run)) {
        leave(instance, STEP_REFUSED,
              arena_printf(run->arena, "%s: it is left to people (`playbook undo %s --step %s`)", err.message,
                           plan->of->run, undo->of));
        return false;
    }
    err.severity = ERR_WARNING;
    run_note(run, instance->path, &err);
    instance->told_relied = true;
    return true;
}

// The later change of the same run that removed it, or what it stood in, for good; or NULL.
static const struct undo_effect *removal(const struct instance *instance, const struct undo_effect *undo)
{
    const struct undo_effect *later = instance->run->request.undo->effects;
    const char *resource = instance->effect->resource;
    for (; resource != NULL && later < undo; later++)
        if (later->why_not != NULL && later->before != NULL && later->after == NULL &&
            later->resource != NULL && text_starts_nocase(resource, later->resource) &&
            strchr("/", resource[strlen(later->resource)]) != NULL) // the end of a text counts too
            return later;
    return NULL;
}

bool takeback_may_begin(struct instance *instance)
{
    const struct undo_effect *undo = undo_effect_of(instance);
    const struct value *now = instance->effect->before;
    if (undo == NULL || instance->run->request.undo->force || effect_is_same(instance, now, undo->after) ||
        is_in_part(effect_value(instance, now), undo))
        return undo == NULL || is_free(instance, undo);
    const struct undo_effect *removed = now == NULL ? removal(instance, undo) : NULL;
    if (removed != NULL) {
        instance_end(instance, STEP_SKIPPED,
                     arena_printf(instance->run->arena, "cannot be undone: %s removed it", removed->of),
                     NULL);
        return false;
    }
    who_changed(instance, undo, refuse_changed);
    return false;
}
