// The event loop. It owns the queues: instances that go on next turn, those that wait for a durable trail,
// and timers. Not for what steps mean. Invariant: code of a run is only entered from here, never from inside
// another run's code.
#include "run/loop.h"

#include <poll.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/http.h"
#include "net/pace.h"
#include "net/token.h"
#include "trail/trail.h"
#include "run/abandon.h"
#include "run/flight.h"
#include "run/turn.h"
#include "run/waits.h"

enum { DRAIN_MS = 10000, IDLE_MS = 1000, CALM_MS = 20 };

struct queued {
    struct queued *next;
    struct instance *instance;
    void (*step)(struct instance *);
};

struct queue {
    struct queued *first, **last;
};

struct engine {
    struct arena *arena;
    struct engine_config config;
    struct pace *pace;
    struct turns *turns;
    struct run *runs, *dropped;
    struct queue ready, durable;
    struct queued *spare;
    struct timer *timers; // unsorted: few
    struct flight *token_waiters;
    uint64_t commits; // for which another run could begin
};

struct engine *run_engine_open(struct arena *arena, const struct engine_config *config)
{
    struct engine *engine = ARENA_NEW(arena, struct engine);
    engine->arena = arena;
    engine->config = *config;
    engine->pace = pace_open(arena);
    engine->turns = turn_open(arena);
    engine->ready.last = &engine->ready.first;
    engine->durable.last = &engine->durable.first;
    return engine;
}

const struct engine_config *loop_config(const struct engine *engine)
{
    return &engine->config;
}

struct pace *loop_pace(struct engine *engine)
{
    return engine->pace;
}

struct turns *loop_turns(struct engine *engine)
{
    return engine->turns;
}

struct flight **loop_token_waiters(struct engine *engine)
{
    return &engine->token_waiters;
}

int64_t loop_now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static void enqueue(struct engine *engine, struct queue *queue, struct instance *instance,
                    void (*step)(struct instance *))
{
    struct queued *entry = engine->spare;
    if (entry != NULL)
        engine->spare = entry->next;
    else
        entry = ARENA_NEW(engine->arena, struct queued);
    *entry = (struct queued){NULL, instance, step};
    *queue->last = entry;
    queue->last = &entry->next;
    instance->queued++;
}

void loop_ready(struct engine *engine, struct instance *instance, void (*step)(struct instance *))
{
    enqueue(engine, &engine->ready, instance, step);
}

void loop_when_durable(struct engine *engine, struct instance *instance, void (*step)(struct instance *))
{
    enqueue(engine, &engine->durable, instance, step);
}

static void set_timer(struct engine *engine, struct timer *timer, struct instance *instance, int64_t after_ms,
                      void (*wake)(struct instance *))
{
    struct timer *next = timer->wake == NULL ? engine->timers : timer->next;
    if (timer->wake == NULL)
        engine->timers = timer;
    *timer =
        (struct timer){.next = next, .instance = instance, .at_ms = loop_now_ms() + after_ms, .wake = wake};
}

static void clear_timer(struct engine *engine, struct timer *timer)
{
    struct timer **at = &engine->timers;
    if (timer->wake == NULL)
        return;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    timer->wake = NULL;
}

void loop_timer(struct engine *engine, struct instance *instance, int64_t after_ms,
                void (*wake)(struct instance *))
{
    set_timer(engine, &instance->timer, instance, after_ms, wake);
}

void loop_deadline(struct engine *engine, struct instance *instance, int64_t after_ms)
{
    set_timer(engine, &instance->deadline, instance, after_ms, abandon_late);
}

void loop_forget(struct engine *engine, struct instance *instance)
{
    clear_timer(engine, &instance->timer);
    clear_timer(engine, &instance->deadline);
    struct queue *queues[] = {&engine->ready, &engine->durable};
    for (size_t i = 0; i < 2 && instance->queued > 0; i++)
        for (struct queued *entry = queues[i]->first; entry != NULL; entry = entry->next)
            if (entry->step != NULL && entry->instance == instance) {
                entry->step = NULL;
                instance->queued--;
            }
}

bool loop_is_still(const struct engine *engine)
{
    bool still = engine->ready.first == NULL && engine->durable.first == NULL &&
                 engine->token_waiters == NULL && http_in_flight(engine->config.http) == 0;
    for (const struct timer *timer = engine->timers; still && timer != NULL; timer = timer->next)
        still = timer->wake == abandon_late;
    return still;
}

static void run_ready(struct engine *engine)
{
    struct queue *queue = &engine->ready;
    while (queue->first != NULL) {
        struct queued *entry = queue->first;
        const struct queued taken = *entry;
        queue->first = entry->next;
        if (queue->first == NULL)
            queue->last = &queue->first;
        entry->next = engine->spare;
        engine->spare = entry;
        if (taken.step == NULL) // it was forgotten, and so perhaps is its instance
            continue;
        taken.instance->queued--;
        taken.step(taken.instance);
    }
}

// Intents that became ready in this turn share one commit; then their changes may go. Without it they go on
// too, in runs that have failed: no permit is given for an intent that is not durable.
static void commit_waiting(struct engine *engine)
{
    struct queue *ready = &engine->ready, *waiting = &engine->durable;
    struct err err = {0};
    if (waiting->first == NULL)
        return;
    bool ok = trail_commit(engine->config.trail, &err);
    for (const struct queued *entry = waiting->first; !ok && entry != NULL; entry = entry->next)
        if (entry->step != NULL)
            run_fail(entry->instance->run, &err);
    *ready->last = waiting->first;
    ready->last = waiting->last;
    *waiting = (struct queue){.last = &waiting->first};
}

static void wake_due(struct engine *engine)
{
    int64_t now = loop_now_ms();
    for (struct timer *timer = engine->timers, *next; timer != NULL; timer = next) {
        next = timer->next;
        if (timer->at_ms > now)
            continue;
        loop_ready(engine, timer->instance, timer->wake);
        clear_timer(engine, timer);
    }
}

static void take_finished(struct engine *engine)
{
    struct response *response;
    token_turn(engine->config.tokens, engine->config.http);
    for (void *owner; (owner = http_take(engine->config.http, &response)) != NULL;) {
        if (token_take(engine->config.tokens, engine->config.http, owner, response))
            flight_tokens_changed(engine);
        else
            flight_arrived(owner, response);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

static bool watch(const struct engine *engine, int64_t timeout)
{
    int peer = engine->config.peer.fd;
    struct pollfd fds[2] = {{http_fd(engine->config.http), POLLIN, 0}, {peer, POLLIN, 0}};
    return poll(fds, peer >= 0 ? 2 : 1, (int)timeout) != 0;
}

// Waits until something goes on, at most so long: is there anything now?
static bool wait_for_events(struct engine *engine, int64_t timeout)
{
    const struct engine_config *config = &engine->config;
    int64_t now = loop_now_ms();
    timeout = least(timeout, http_timeout_ms(config->http));
    timeout = least(timeout, token_timeout_ms(config->tokens));
    for (const struct timer *timer = engine->timers; timer != NULL; timer = timer->next)
        timeout = least(timeout, timer->at_ms > now ? timer->at_ms - now : 0);
    if (config->peer.fd >= 0)
        timeout = least(timeout, config->peer.timeout_ms(config->peer.context));
    return watch(engine, timeout);
}

static void turn_outside(struct engine *engine)
{
    http_turn(engine->config.http);
    if (engine->config.peer.fd >= 0)
        engine->config.peer.turn(engine->config.peer.context);
    http_turn(engine->config.http);
}

// Services do not wait for people: an answer that nobody fetches looks like one that was lost.
int64_t loop_pause(struct engine *engine)
{
    const struct engine_config *config = &engine->config;
    int64_t since = loop_now_ms();
    for (; !http_is_calm(config->http) && (config->interrupted == NULL || *config->interrupted == 0);
         watch(engine, CALM_MS))
        turn_outside(engine);
    return since;
}

void loop_go_on(struct engine *engine, int64_t since_ms)
{
    for (struct timer *timer = engine->timers; timer != NULL; timer = timer->next)
        timer->at_ms += timer->wake == abandon_late ? loop_now_ms() - since_ms : 0;
}

// After a signal to all, or where somebody asked for one: no new request; those in flight are awaited for a
// while, then given up.
static void notice_interrupt(struct engine *engine)
{
    const struct engine_config *config = &engine->config;
    int signal = config->interrupted == NULL ? 0 : (int)*config->interrupted;
    bool asked = config->asked != NULL && *config->asked != 0;
    if (asked)
        *config->asked = 0;
    for (struct run *run = engine->runs; run != NULL; run = run->next) {
        if (run->ended ||
            (signal == 0 && run->signal_number == 0 && !(asked && trail_is_asked(config->trail, run->id))))
            continue;
        int64_t now = loop_now_ms();
        if (run->drain_until_ms == 0)
            run->drain_until_ms = now + DRAIN_MS;
        run_interrupt(run, signal != 0 ? signal : SIGINT,
                      now >= run->drain_until_ms || http_in_flight(config->http) == 0);
    }
}

// Runs that told their end in this turn share one commit.
static void commit_ends(struct engine *engine)
{
    struct err err = {0};
    const struct run *any = engine->runs;
    while (any != NULL && !any->finished)
        any = any->next;
    if (any == NULL)
        return;
    bool ok = trail_commit(engine->config.trail, &err);
    for (struct run *run = engine->runs, *next; run != NULL; run = next) {
        next = run->next;
        if (run->finished)
            run_end_finished(run, ok ? NULL : &err);
    }
}

static bool has_work(const struct engine *engine)
{
    return engine->ready.first != NULL || engine->durable.first != NULL;
}

static void turn(struct engine *engine)
{
    turn_outside(engine);
    take_finished(engine);
    wake_due(engine);
    run_ready(engine);
    commit_waiting(engine);
    run_ready(engine);
    notice_interrupt(engine);
    // What one run decides here goes on in its own queue entries, so the others may decide in the same turn.
    bool idle = !has_work(engine);
    for (struct run *run = engine->runs, *next; idle && run != NULL; run = next) {
        next = run->next;
        if (run->ended || run->exploring)
            continue;
        waits_tell(run);
        run_finish_if_over(run);
    }
    commit_ends(engine);
    for (struct run *run = engine->dropped; run != NULL; run = engine->dropped) {
        engine->dropped = run->next;
        run_close(run);
    }
}

// Unlinks and returns a run that has ended, or NULL.
static struct run *take_ended(struct engine *engine)
{
    for (struct run **at = &engine->runs; *at != NULL; at = &(*at)->next)
        if ((*at)->ended) {
            struct run *run = *at;
            *at = run->next;
            return run;
        }
    return NULL;
}

struct run *run_engine_take(struct engine *engine)
{
    struct run *run;
    while ((run = take_ended(engine)) == NULL && engine->runs != NULL) {
        turn(engine);
        if ((run = take_ended(engine)) != NULL)
            break;
        if (!has_work(engine))
            wait_for_events(engine, IDLE_MS);
    }
    return run;
}

// Each commit lets one more begin, until those that follow are shared.
static bool has_room(struct engine *engine)
{
    uint64_t commits = trail_commit_count(engine->config.trail);
    if (!has_work(engine) && !wait_for_events(engine, 0))
        engine->commits = commits;
    else if (engine->commits < commits)
        engine->commits++;
    else
        return false;
    return true;
}

struct run *run_engine_take_or_begin(struct engine *engine)
{
    struct run *run;
    while ((run = take_ended(engine)) == NULL && engine->runs != NULL && !has_room(engine))
        turn(engine);
    return run;
}

void loop_drop(struct engine *engine, struct run *run)
{
    for (struct run **at = &engine->runs; *at != NULL; at = &(*at)->next)
        if (*at == run) {
            *at = run->next;
            run->next = engine->dropped;
            engine->dropped = run;
            return;
        }
}

void loop_add(struct engine *engine, struct run *run)
{
    struct run **last = &engine->runs;
    while (*last != NULL)
        last = &(*last)->next;
    *last = run;
}
