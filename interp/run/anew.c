// A service puts a change off ("Retry-After: 60"), and meanwhile somebody else changes what it rests on:
// before it is sent at last, that is observed again, and what is no longer as it was planned, or approved, is
// planned, and approved, again. Not for waits so short that the first observation was as old when it was
// sent, nor for what may have happened in part. Invariant: nothing of the change that begins anew has
// happened.
#include "run/anew.h"

#include "run/approve.h"
#include "run/carry.h"
#include "run/do.h"
#include "run/effect.h"
#include "run/flight.h"

enum { LONG_MS = 10 * 1000 };

bool anew_begin(struct flight *flight)
{
    struct carry *carry = flight->carry;
    struct instance *instance = carry->instance;
    struct effect *effect = instance->effect;
    if (flight->is_read || effect == NULL || instance->stage != STAGE_APPLY || instance->run->stopping ||
        flight->put_off_ms < LONG_MS || carry->count != 1 || instance->primitive->has[SLOT_ONCE] ||
        effect->accepted > 0 || effect->unanswered > 0)
        return false;
    effect->anew = true;
    effect_record(instance, "effect.result", "failed", NULL,
                  "the service put it off: what it rests on is observed again");
    effect->anew = false;
    instance->run->changed--; // it is one change, however often it is sent
    instance->run->retried++;
    effect->attempts = flight->attempt;
    effect->agreed = approve_digest(instance);
    effect->sent = false;
    instance->carry = NULL;
    carry_close(carry);
    task_close(instance->task);
    do_observe(instance, STAGE_OBSERVE);
    return true;
}
