// A service may show a change some time after it has accepted it: it is observed again, ever more seldom.
// Not for what is made of what shows (change.c, earlier.c). Invariant: a change is waited for only as long
// as the configuration gives it from when it was made, whoever waits.
#include "run/settle.h"

#include "run/loop.h"
#include "run/run.h"

enum { FIRST_MS = 200, MOST_MS = 5000 };

void settle_begin(struct instance *instance, int64_t ago_ms)
{
    struct effect *effect = instance->effect;
    int64_t settle = run_config(instance->run)->settle_ms;
    effect->settle_until_ms =
        loop_now_ms() + (settle > 0 ? settle : (int64_t)RUN_SETTLE_MS) - (ago_ms > 0 ? ago_ms : 0);
    effect->settle_step_ms = FIRST_MS;
}

bool settle_again(struct instance *instance, void (*observe)(struct instance *))
{
    struct effect *effect = instance->effect;
    if (loop_now_ms() >= effect->settle_until_ms || instance->run->stopping)
        return false;
    loop_timer(instance->run->engine, instance, effect->settle_step_ms, observe);
    if (effect->settle_step_ms < MOST_MS)
        effect->settle_step_ms *= 2;
    return true;
}
