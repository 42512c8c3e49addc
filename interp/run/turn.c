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
#include "run/undo.h"
#include "trail/trail.h"

enum { LOOK_AGAIN_MS = 100, LOOK_WITH = 2 };

// Those who would change one resource, as they came: the first has the turn.
struct turn_line {
    struct turn_line *next;
    const char *resource;
    uint64_t hash;    // of its letters in lower case
    uint64_t changed; // when its last change ended, counted in changes of any resource
    struct instance *first;
};

struct turns {
    struct arena *arena;
    struct turn_line *lines;
    uint64_t now;    // changes ended so far, and pauses
    uint64_t paused; // when a person was last asked
};

struct turns *turn_open(struct arena *arena)
{
    struct turns *turns = ARENA_NEW(arena, struct turns);
    turns->arena = arena;
    return turns;
}

static struct trail *trail_of(const struct instance *instance)
{
    return run_config(instance->run)->trail;
}

void turn_observes(struct instance *instance)
{
    struct effect *effect = instance->effect;
    effect->as_of = instance->run->turns->now;
    if (mode_sends(instance->run->mode)) // while it is claimed, nobody else changes it
        effect->others = instance->claimed ? UINT64_MAX : trail_others(trail_of(instance));
}

void turn_paused(const struct run *run)
{
    run->turns->paused = ++run->turns->now;
}

static uint64_t hash_of(const struct instance *instance)
{
    const char *lower = text_lower(instance->run->arena, instance->effect->resource);
    return text_hash(lower, strlen(lower));
}

static struct turn_line *find_line(const struct instance *instance, uint64_t hash)
{
    struct turn_line *line = instance->run->turns->lines;
    while (line != NULL && (line->hash != hash || !text_same(line->resource, instance->effect->resource)))
        line = line->next;
    return line;
}

static struct turn_line *line_of(struct instance *instance)
{
    struct turns *turns = instance->run->turns;
    uint64_t hash = hash_of(instance);
    struct turn_line *line = find_line(instance, hash);
    if (line != NULL)
        return line;
    line = ARENA_NEW(turns->arena, struct turn_line);
    *line = (struct turn_line){.next = turns->lines,
                               .resource = arena_strdup(turns->arena, instance->effect->resource),
                               .hash = hash};
    return turns->lines = line;
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
    uint64_t then = instance->effect->as_of;
    return instance->line->changed > then || instance->run->turns->paused > then || others_wrote(instance);
}

static void wait_turn(struct instance *instance, bool waits)
{
    if (instance->waits_turn != waits) // it holds up nobody who would come to be decided on with it
        flow_part_parked(instance, waits);
    instance->waits_turn = waits;
}

static void line_up(struct turn_line *line, struct instance *instance)
{
    struct instance **last = &line->first;
    while (*last != NULL)
        last = &(*last)->next_in_line;
    *last = instance;
    instance->next_in_line = NULL;
    instance->line = line;
}

static void tell_busy(struct instance *instance)
{
    struct err err;
    if (instance->told_busy)
        return;
    err_set(&err, E_NONE, "another process changes %s: this waits for it", instance->effect->resource);
    err.severity = ERR_NOTE;
    run_note(instance->run, instance->path, &err);
    instance->told_busy = true;
}

static const char *claim_name(const struct instance *instance, uint64_t hash)
{
    return arena_printf(instance->run->arena, "resource-%016llx", (unsigned long long)hash);
}

// Keeps other processes from it. False: one of them has the turn, and it is looked at again.
static bool claim(struct instance *instance)
{
    struct run *run = instance->run;
    struct err err;
    if (instance->claimed || !mode_sends(run->mode))
        return true;
    instance->claimed = trail_claim(trail_of(instance), claim_name(instance, instance->line->hash), &err);
    if (instance->claimed)
        return true;
    if (err.code == E_USAGE) {
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
        trail_release(trail_of(instance), claim_name(instance, instance->line->hash));
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
    if (instance->primitive->has[SLOT_ONCE]) // what happens replaces nothing
        return true;
    struct turn_line *line = line_of(instance);
    if (instance->line != line)
        turn_end(instance);
    if (instance->line == NULL)
        line_up(line, instance);
    bool has_turn = line->first == instance;
    if (has_turn && !claim(instance))
        return false;
    if (is_old(instance)) { // who finds nothing left to do needs no turn
        instance->effect->agreed = approve_digest(instance);
        do_observe(instance, STAGE_OBSERVE);
        return false;
    }
    wait_turn(instance, !has_turn);
    return has_turn;
}

static void observe(struct instance *instance)
{
    do_observe(instance, STAGE_OBSERVE);
}

bool turn_is_others(struct instance *instance)
{
    struct run *run = instance->run;
    if (!mode_sends(run->mode) || instance->claimed)
        return false;
    uint64_t hash = hash_of(instance);
    const struct turn_line *line = find_line(instance, hash);
    bool own = line != NULL && line->first != NULL && line->first->claimed;
    if (own ? undo_of(line->first) == NULL
            : !trail_is_claimed(trail_of(instance), claim_name(instance, hash)))
        return false;
    tell_busy(instance);
    loop_timer(run->engine, instance, LOOK_AGAIN_MS, observe);
    return true;
}

// The next one's turn comes. Where nothing was changed, what the next ones want may be there already, too:
// ever more of them look, so that a thousand who want the same do not wait for each other's looking.
static void call_next(const struct turn_line *line, int count)
{
    for (struct instance *next = line->first; next != NULL && count > 0; next = next->next_in_line)
        if (next->waits_turn) {
            wait_turn(next, false);
            loop_ready(next->run->engine, next, change_comes_on);
            count--;
        }
}

void turn_end(struct instance *instance)
{
    struct turns *turns = instance->run->turns;
    struct turn_line *line = instance->line;
    if (line == NULL)
        return;
    bool changed = line->first == instance &&
                   (instance->effect->sent || mode_change_rule(instance->run->mode) == CHANGE_HOLD);
    struct instance **at = &line->first;
    while (*at != instance)
        at = &(*at)->next_in_line;
    *at = instance->next_in_line;
    wait_turn(instance, false);
    let_others(instance);
    instance->line = NULL;
    if (changed)
        line->changed = ++turns->now;
    call_next(line, changed ? 1 : LOOK_WITH);
}
