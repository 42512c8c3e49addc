// Work that is given up before it is done: after a time-out or a signal. Not for errors (instance_fail).
// Invariant: a change that may have happened is in the trail as such before its step ends.
#include "run/abandon.h"

#include "base/arena.h"
#include "run/carry.h"
#include "run/change.h"
#include "run/instance.h"
#include "run/loop.h"

// Nothing of it goes on.
static void drop(struct instance *instance, enum step_status status, const char *reason)
{
    struct instance *called = instance->called;
    if (called != NULL && called->status == STEP_OPEN) {
        drop(called, status, reason);
        instance_end(called, status, reason, NULL);
    }
    carry_drop(instance);
    if (instance->effect != NULL)
        change_broken(instance, reason);
}

void abandon_late(struct instance *instance)
{
    struct err err = {0};
    if (instance->parked) // people may take their time: it begins anew when they have decided (approve.c)
        return;
    err_set_at(&err, E_STEP, instance->step->pos, "%s took longer than its timeout", instance->path);
    instance->attempt = instance->step->attempts; // the time is for all attempts
    drop(instance, STEP_FAILED, arena_strdup(instance->run->arena, err.message));
    instance_fail(instance, &err);
}

static void end_open(struct instance *instance)
{
    if (instance->status != STEP_OPEN)
        return;
    if (instance->first != NULL) {
        for (struct instance *part = instance->first; part != NULL; part = part->next)
            end_open(part);
        return; // it ends when the last of its parts has
    }
    if (instance->list != NULL || instance->items != NULL)
        return; // about to begin: its list knows that the run stops
    const char *reason = instance->run->stop_reason;
    drop(instance, STEP_UNDECIDED, reason);
    instance_end(instance, STEP_UNDECIDED, reason, NULL);
}

void abandon_open(struct run *run)
{
    if (run->root != NULL)
        end_open(run->root);
    else if (run->opening != NULL && run->opening->status == STEP_OPEN)
        drop(run->opening, STEP_UNDECIDED, run->stop_reason);
}
