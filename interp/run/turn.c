// Changes of one resource take turns, across the runs of a process. A unit is written whole, so a change that
// was planned on a state which another is about to replace would take that other one back. Not for other
// processes, nor for what somebody else changes meanwhile: verification and undo tell that. Invariant: from
// the moment that a change has its turn until it ends, no other change of that resource begins, and what it
// was planned on was seen after the last one ended.
#include "run/turn.h"

#include "base/arena.h"
#include "base/text.h"
#include "policy/mode.h"
#include "run/approve.h"
#include "run/change.h"
#include "run/do.h"
#include "run/flow.h"
#include "run/loop.h"

enum { REMEMBERED = 64 };

struct turns {
    struct instance *first;     // in the order in which they came; the first at a resource has the turn
    uint64_t ended;             // changes so far
    uint64_t where[REMEMBERED]; // the resources of the last of them, as hashes
};

struct turns *turn_open(struct arena *arena)
{
    return ARENA_NEW(arena, struct turns);
}

void turn_observes(struct instance *instance)
{
    instance->effect->as_of = instance->run->turns->ended;
}

void turn_paused(const struct run *run)
{
    run->turns->ended += REMEMBERED + 1; // as many as nobody remembers
}

static uint64_t hash_of(const struct instance *instance, const char *resource)
{
    return text_hash(text_lower(instance->run->arena, resource));
}

// Has a change of the resource ended since it was observed?
static bool is_old(const struct instance *instance)
{
    const struct turns *turns = instance->run->turns;
    const struct effect *effect = instance->effect;
    if (turns->ended - effect->as_of > REMEMBERED)
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
    if (waits || !is_old(instance))
        return !waits;
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
    instance->turn_at = NULL;
    stop_waiting(instance);
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
