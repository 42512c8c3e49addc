// What a run waits for, for the eye of who watches it. Not in the trail, and nothing hangs on it.
// Invariant: it only looks.
#include "run/waits.h"

#include <stddef.h>

#include "run/carry.h"
#include "run/flight.h"
#include "run/instance.h"
#include "run/run.h"

// Of its parts, or of what its script calls, one that has not ended: of a loop nearly always the newest.
static const struct instance *open_part(const struct instance *instance)
{
    const struct instance *part = instance->last != NULL ? instance->last : instance->called;
    if (part != NULL && part->status != STEP_OPEN)
        part = instance->first;
    while (part != NULL && part->status != STEP_OPEN)
        part = part->next;
    return part;
}

static bool is_put_off(const struct carry *carry)
{
    for (size_t i = 0; i < carry->count; i++)
        if (carry->flights[i].resend_ms != 0)
            return true;
    return false;
}

static const char *what_of(const struct instance *instance)
{
    if (instance->carry != NULL)
        return is_put_off(instance->carry) ? "until the service takes more calls"
                                           : "for the service to answer";
    if (instance->waits_turn || instance->told_busy || instance->awaits != NULL)
        return "for another change of the same to be over";
    if (instance->effect != NULL && instance->effect->settle_until_ms != 0)
        return "for the change to show";
    if (instance->task != NULL && instance->task->state == TASK_SLEEP)
        return "for the service to finish";
    return "to try again";
}

void waits_tell(const struct run *run)
{
    const struct instance *top = run->root != NULL ? run->root : run->opening;
    if (run->request.waits == NULL || top == NULL || top->status != STEP_OPEN || run->stopping)
        return;
    const struct instance *instance = top;
    for (const struct instance *part = top; part != NULL; part = open_part(part))
        instance = part;
    run->request.waits(run->request.sink_context, instance->path, what_of(instance));
}
