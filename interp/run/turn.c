// Changes of one resource take turns, across the runs of all processes that share a state folder. A unit is
// written whole, so a change that was planned on a state which another is about to replace would take that
// other one back. Not for what somebody else changes meanwhile: verification and undo tell that. Invariant:
// from the moment that a change begins until it ends, no other change of that resource begins, and what it
// was planned on was seen after the last one ended.
#include "run/turn.h"

#include "base/arena.h"
#include "base/text.h"
#include "policy/mode.h"
#include "run/approve.h"
#include "run/change.h"
#include "run/do.h"
#include "run/flow.h"
#include "run/instance.h"
#include "run/loop.h"
#include "trail/trail.h"

enum { REMEMBERED = 64, LOOK_AGAIN_MS = 100 };

struct turns {
    struct instance *first;     // in the order in which they came; the first at a resource has the turn
    uint64_t ended;             // changes so far
    uint64_t where[REMEMBERED]; // the resources of the last of them, as hashes
};

struct turns *turn_open(struct arena *arena)
{
    return ARENA_NEW(arena, struct turns);
}

static struct trail *trail_of(const struct instance *instance)
{
    return run_config(instance->run)->trail;
}

void turn_observes(struct instance *instance)
{
    struct effect *effect = instance->effect;
    effect->as_of = instance->run->turns->ended;
    if (mode_sends(instance->run->mode)) // while it is claimed, nobody else changes it
        effect->others = instance->claimed ? UINT64_MAX : trail_others(trail_of(instance));
}

void turn_paused(const struct run *run)
{
    run->turns->ended += REMEMBERED + 1; // as many as nobody remembers
}

static uint64_t hash_of(const struct instance *instance, const char *resource)
{
    const char *lower = text_lower(instance->run->arena, resource);
    return text_hash(lower, strlen(lower));
}

// May another process have changed it since it was observed? One that is at work tells later what it changed.
static bool others_wrote(const struct instance *instance)
{
    const struct trail *trail = trail_of(instance);
    uint64_t then = instance->effect->others;
    return instance->claimed && then != UINT64_MAX && (trail_others(trail) > then || !trail_is_alone(trail));
}

// May a change of the resource have ended since it was observed?
static bool is_old(const struct instance *instance)
{
    const struct turns *turns = instance->run->turns;
    const struct effect *effect = instance->effect;
    if (turns->ended - effect->as_of > REMEMBERED || others_wrote(instance))
        return true;
    uint64_t hash = hash_of(instance, effect->resource);
    for (uint64_t i = effect->as_of; i < turns->ended; i++)
        if (turns->where[i % REMEMBERED] == hash)
            return true;
    return false;
}

static struct instance *first_at(const struct turns *turns, const char *resource)
{
    struct instance *instance = turns->first;
    while (instance != NULL && !text_same(instance->turn_at, resource))
        instance = instance->next_turn;
    return instance;
}

static void stop_waiting(struct instance *instance)
{
    if (instance->waits_turn)
        flow_part_parked(instance, false);
    instance->waits_turn = false;
}

static void line_up(struct turns *turns, struct instance *instance)
{
    struct instance **last = &turns->first;
    while (*last != NULL)
        last = &(*last)->next_turn;
    *last = instance;
    instance->next_turn = NULL;
    instance->turn_at = instance->effect->resource;
}

static void tell_busy(struct instance *instance)
{
    struct err err;
    err_set(&err, E_NONE, "another process changes %s: this waits for it", instance->turn_at);
    err.severity = ERR_NOTE;
    run_note(instance->run, instance->path, &err);
    instance->told_busy = true;
}

static const char *claim_name(const struct instance *instance)
{
    return arena_printf(instance->run->arena, "resource-%016llx",
                        (unsigned long long)hash_of(instance, instance->turn_at));
}

// Keeps other processes from it. False: one of them has the turn, and it is looked at again.
static bool claim(struct instance *instance)
{
    struct run *run = instance->run;
    struct err err;
    if (instance->claimed || !mode_sends(run->mode))
        return true;
    instance->claimed = trail_claim(trail_of(instance), claim_name(instance), &err);
    if (instance->claimed)
        return true;
    if (err.code == E_USAGE) {
        if (!instance->told_busy)
            tell_busy(instance);
        loop_timer(run->engine, instance, LOOK_AGAIN_MS, change_comes_on);
    } else {
        instance_fail_run(instance, &err);
    }
    return false;
}

static void let_others(struct instance *instance)
{
    if (instance->claimed)
        trail_release(trail_of(instance), claim_name(instance));
    instance->claimed = false;
}

void turn_lend(struct instance *instance)
{
    if (instance->claimed) // so far nobody else has changed it
        instance->effect->others = trail_others(trail_of(instance));
    let_others(instance);
}

bool turn_take(struct instance *instance)
{
    struct turns *turns = instance->run->turns;
    if (instance->primitive->has[SLOT_ONCE]) // what happens replaces nothing
        return true;
    if (instance->turn_at != NULL && !text_same(instance->turn_at, instance->effect->resource))
        turn_end(instance);
    if (instance->turn_at == NULL)
        line_up(turns, instance);
    bool waits = first_at(turns, instance->turn_at) != instance;
    if (waits) { // it holds up nobody who would come to be decided on with it
        instance->waits_turn = true;
        flow_part_parked(instance, true);
    }
    if (waits || !claim(instance))
        return false;
    if (!is_old(instance))
        return true;
    instance->effect->agreed = approve_digest(instance);
    do_observe(instance, STAGE_OBSERVE);
    return false;
}

void turn_end(struct instance *instance)
{
    struct turns *turns = instance->run->turns;
    const char *resource = instance->turn_at;
    if (resource == NULL)
        return;
    bool had = first_at(turns, resource) == instance;
    struct instance **at = &turns->first;
    while (*at != instance)
        at = &(*at)->next_turn;
    *at = instance->next_turn;
    stop_waiting(instance);
    let_others(instance);
    instance->turn_at = NULL;
    if (!had)
        return;
    if (instance->effect->sent || mode_change_rule(instance->run->mode) == CHANGE_HOLD)
        turns->where[turns->ended++ % REMEMBERED] = hash_of(instance, resource);
    struct instance *next = first_at(turns, resource);
    if (next == NULL)
        return;
    stop_waiting(next);
    loop_ready(next->run->engine, next, change_comes_on);
}
