// The event loop. It owns the queues: instances that go on next turn, timers, those that wait for a durable
// trail. Not for what steps mean. Invariant: every instance is in at most one of the queues, and code of a
// run is only entered from here, never from inside another run's code.
#include <poll.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/panic.h"
#include "net/http.h"
#include "net/pace.h"
#include "net/token.h"
#include "run/loop.h"
#include "trail/trail.h"
#include "run/abandon.h"
#include "run/flight.h"
#include "run/turn.h"

enum { DRAIN_MS = 10000, IDLE_MS = 1000 };

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
    struct instance *timers;    // unsorted: few
    struct instance *deadlines; // the same
    void *token_waiters;        // flights that wait for a sign-in
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

void **loop_token_waiters(struct engine *engine)
{
    return &engine->token_waiters;
}

int64_t loop_now_ms(const struct engine *engine)
{
    (void)engine;
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

void loop_timer(struct engine *engine, struct instance *instance, int64_t after_ms,
                void (*wake)(struct instance *))
{
    if (instance->wake == NULL) {
        instance->next_timer = engine->timers;
        engine->timers = instance;
    }
    instance->wake_ms = loop_now_ms(engine) + after_ms;
    instance->wake = wake;
}

static void unlink_timer(struct engine *engine, struct instance *instance)
{
    for (struct instance **at = &engine->timers; *at != NULL; at = &(*at)->next_timer)
        if (*at == instance) {
            *at = instance->next_timer;
            break;
        }
    instance->wake = NULL;
    instance->next_timer = NULL;
}

void loop_deadline(struct engine *engine, struct instance *instance, int64_t after_ms)
{
    if (instance->deadline_ms == 0) {
        instance->next_deadline = engine->deadlines;
        engine->deadlines = instance;
    }
    instance->deadline_ms = loop_now_ms(engine) + after_ms;
}

static void unlink_deadline(struct engine *engine, struct instance *instance)
{
    for (struct instance **at = &engine->deadlines; *at != NULL; at = &(*at)->next_deadline)
        if (*at == instance) {
            *at = instance->next_deadline;
            break;
        }
    instance->deadline_ms = 0;
    instance->next_deadline = NULL;
}

void loop_forget(struct engine *engine, struct instance *instance)
{
    if (instance->wake != NULL)
        unlink_timer(engine, instance);
    if (instance->deadline_ms != 0)
        unlink_deadline(engine, instance);
    struct queue *queues[] = {&engine->ready, &engine->durable};
    for (size_t i = 0; i < 2 && instance->queued > 0; i++)
        for (struct queued *entry = queues[i]->first; entry != NULL; entry = entry->next)
            if (entry->step != NULL && entry->instance == instance) {
                entry->step = NULL;
                instance->queued--;
            }
}

// Takes an entry out. NULL: it was forgotten, and so perhaps is its instance.
static struct instance *take_entry(struct engine *engine, struct queued *entry,
                                   void (**step)(struct instance *))
{
    struct instance *instance = entry->step == NULL ? NULL : entry->instance;
    *step = entry->step;
    entry->next = engine->spare;
    engine->spare = entry;
    if (instance != NULL)
        instance->queued--;
    return instance;
}

static void run_queue(struct engine *engine, struct queue *queue)
{
    while (queue->first != NULL) {
        struct queued *entry = queue->first;
        queue->first = entry->next;
        if (queue->first == NULL)
            queue->last = &queue->first;
        void (*step)(struct instance *);
        struct instance *instance = take_entry(engine, entry, &step);
        if (instance != NULL)
            step(instance);
    }
}

// Intents that became ready in this turn share one commit; then their changes may go.
static void commit_waiting(struct engine *engine)
{
    if (engine->durable.first == NULL)
        return;
    struct err err = {0};
    struct queue waiting = engine->durable;
    engine->durable = (struct queue){.last = &engine->durable.first};
    bool ok = trail_commit(engine->config.trail, &err);
    for (struct queued *entry = waiting.first, *next; entry != NULL; entry = next) {
        next = entry->next;
        void (*step)(struct instance *);
        struct instance *instance = take_entry(engine, entry, &step);
        if (instance == NULL)
            continue;
        if (!ok)
            run_fail(instance->run,
                     &err); // the change is not made: its permit stays without a durable intent
        step(instance);
    }
}

static void wake_due(struct engine *engine)
{
    int64_t now = loop_now_ms(engine);
    for (struct instance *instance = engine->timers, *next; instance != NULL; instance = next) {
        next = instance->next_timer;
        if (instance->wake_ms > now)
            continue;
        void (*wake)(struct instance *) = instance->wake;
        unlink_timer(engine, instance);
        loop_ready(engine, instance, wake);
    }
}

static void wake_late(struct engine *engine)
{
    int64_t now = loop_now_ms(engine);
    for (struct instance *instance = engine->deadlines, *next; instance != NULL; instance = next) {
        next = instance->next_deadline;
        if (instance->deadline_ms > now)
            continue;
        unlink_deadline(engine, instance);
        loop_ready(engine, instance, abandon_late);
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

static void wait_for_events(struct engine *engine)
{
    const struct engine_config *config = &engine->config;
    int64_t timeout = least(http_timeout_ms(config->http), IDLE_MS), now = loop_now_ms(engine);
    timeout = least(timeout, token_timeout_ms(config->tokens));
    for (const struct instance *instance = engine->timers; instance != NULL; instance = instance->next_timer)
        timeout = least(timeout, instance->wake_ms > now ? instance->wake_ms - now : 0);
    for (const struct instance *late = engine->deadlines; late != NULL; late = late->next_deadline)
        timeout = least(timeout, late->deadline_ms > now ? late->deadline_ms - now : 0);
    if (config->peer.fd >= 0)
        timeout = least(timeout, config->peer.timeout_ms(config->peer.context));
    struct pollfd fds[2] = {{.fd = http_fd(config->http), .events = POLLIN},
                            {.fd = config->peer.fd, .events = POLLIN}};
    poll(fds, config->peer.fd >= 0 ? 2 : 1, engine->ready.first != NULL ? 0 : (int)timeout);
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
        int64_t now = loop_now_ms(engine);
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

static void turn(struct engine *engine)
{
    http_turn(engine->config.http);
    if (engine->config.peer.fd >= 0)
        engine->config.peer.turn(engine->config.peer.context);
    http_turn(engine->config.http);
    take_finished(engine);
    wake_due(engine);
    wake_late(engine);
    run_queue(engine, &engine->ready);
    commit_waiting(engine);
    run_queue(engine, &engine->ready);
    notice_interrupt(engine);
    // What one run decides here goes on in its own queue entries, so the others may decide in the same turn.
    bool idle = engine->ready.first == NULL && engine->durable.first == NULL;
    for (struct run *run = engine->runs, *next; idle && run != NULL; run = next) {
        next = run->next;
        if (!run->ended && !run->exploring)
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
        if (engine->ready.first == NULL && engine->durable.first == NULL)
            wait_for_events(engine);
    }
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
