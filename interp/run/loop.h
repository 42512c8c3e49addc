// Inside run/ only: the queues and timers of the event loop.
#pragma once
#include "run/run.h"

struct flight;

int64_t loop_now_ms(void); // monotonic
const struct engine_config *loop_config(const struct engine *engine);
void loop_ready(struct engine *engine, struct instance *instance,
                void (*step)(struct instance *)); // next turn
void loop_timer(struct engine *engine, struct instance *instance, int64_t after_ms,
                void (*wake)(struct instance *));
void loop_deadline(struct engine *engine, struct instance *instance,
                   int64_t after_ms);                               // then it is late (abandon.c)
void loop_forget(struct engine *engine, struct instance *instance); // its timers and places in queues
// A person is about to be asked: what is on its way comes in, and is seen to afterwards. When that began.
int64_t loop_pause(struct engine *engine);
void loop_go_on(struct engine *engine, int64_t since_ms); // no step is late because of a person
// The instance goes on with `step` once everything queued in the trail is durable.
void loop_when_durable(struct engine *engine, struct instance *instance, void (*step)(struct instance *));
// Nothing is queued, in flight or timed but time-outs: what has not come does not come.
bool loop_is_still(const struct engine *engine);

void loop_add(struct engine *engine, struct run *run);
void loop_drop(struct engine *engine, struct run *run); // takes it out; closed once this turn is over
struct pace *loop_pace(struct engine *engine);
struct turns *loop_turns(struct engine *engine);
struct flight **loop_token_waiters(struct engine *engine); // those that wait for a sign-in
