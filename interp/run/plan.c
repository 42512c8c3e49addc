// Plans. The gate is no part of this: a plan only narrows what a live run does. Changes of one resource that
// go side by side come in any order; each was planned on what those before it in the plan leave, and waits
// for them. Invariant: a run that is held to a plan makes no change that was not shown.
#include "run/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "run/change.h"
#include "run/do.h"
#include "run/effect.h"
#include "run/flow.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/turn.h"

void plan_keep(struct instance *instance)
{
    struct run *run = instance->run;
    if (run->plan == NULL)
        run->plan = value_list(run->arena);
    value_append(run->arena, run->plan, effect_as_planned(instance));
}

// {"$unknown": why} or {"$secret": mac}: a plan comes from a file or the trail, as JSON.
static bool is_open(const struct value *value)
{
    return value_is(value, VALUE_MAP) && value->count == 1 &&
           (strcmp(value->fields[0].key, "$unknown") == 0 || strcmp(value->fields[0].key, "$secret") == 0);
}

// The same, or the same addresses: a service shows 203.0.113.7, which it was given, as 203.0.113.7/32.
static bool is_same(const struct value *planned, const struct value *now)
{
    struct cidr one, other;
    const char *then = value_text(planned), *text = value_text(now);
    return value_equal(planned, now) ||
           (then != NULL && text != NULL && schema_parse_cidr(then, &one) &&
            schema_parse_cidr(text, &other) && schema_cidr_contains(&one, &other) &&
            schema_cidr_contains(&other, &one));
}

// Unknowns and secrets of `planned` fit anything.
static bool does_fit(const struct value *planned, const struct value *now)
{
    if (is_open(planned))
        return true;
    if (value_is(planned, VALUE_MAP)) {
        if (!value_is(now, VALUE_MAP) || planned->count != now->count)
            return false;
        for (size_t i = 0; i < planned->count; i++) {
            const struct value *other = value_get(now, planned->fields[i].key);
            if (other == NULL || !does_fit(planned->fields[i].value, other))
                return false;
        }
        return true;
    }
    if (!value_is(planned, VALUE_LIST))
        return is_same(planned, now);
    bool fits = value_is(now, VALUE_LIST) && planned->count == now->count;
    for (size_t i = 0; fits && i < planned->count; i++)
        fits = does_fit(planned->items[i], now->items[i]);
    return fits;
}

static const struct value *planned_at(const struct value *plan, const char *path)
{
    for (size_t i = 0; i < value_count(plan); i++)
        if (text_same(value_text_at(value_item(plan, i), "path"), path))
            return value_item(plan, i);
    return NULL;
}

bool plan_allows(struct instance *instance)
{
    static const char *const members[] = {"primitive", "resource", "before", "after", "requests"};
    const struct value *plan = instance->run->request.plan;
    if (plan == NULL)
        return true;
    const struct value *planned = planned_at(plan, instance->path), *now = effect_as_planned(instance);
    bool fits = planned != NULL;
    for (size_t k = 0; fits && k < sizeof members / sizeof *members; k++)
        // of a moment only that it comes: it is that of the run
        fits = (instance->primitive->since_moment && strcmp(members[k], "after") == 0) ||
               does_fit(value_get(planned, members[k]), value_get(now, members[k]));
    return fits;
}

// The step of that path, as far as the run has come; NULL: not yet to it.
static const struct instance *find_step(const struct instance *group, const char *path)
{
    const struct instance *found = NULL;
    for (const struct instance *part = group->first; part != NULL && found == NULL; part = part->next)
        if (text_starts(path, part->path))
            found = strcmp(path, part->path) == 0 ? part : find_step(part, path);
    return found;
}

static bool is_over(const struct instance *step)
{
    return step != NULL && step->status != STEP_OPEN && step->status != STEP_WAITING;
}

// The change of the same resource that it may have to follow: of those before it in the plan the last that is
// not over. What is not in the plan was in place then, behind one of them: it follows each.
static const char *stands_before(const struct instance *instance)
{
    const struct value *plan = instance->run->request.plan, *own = planned_at(plan, instance->path);
    const char *before = NULL;
    for (size_t i = 0; i < value_count(plan) && value_item(plan, i) != own; i++) {
        const char *path = value_text_at(value_item(plan, i), "path");
        if (path == NULL ||
            !text_same(value_text_at(value_item(plan, i), "resource"), instance->effect->resource) ||
            is_over(find_step(instance->run->root, path)))
            continue;
        before = path;
        if (own == NULL)
            break;
    }
    return before;
}

static void refuse(struct instance *instance)
{
    struct run *run = instance->run;
    change_refused(instance, "not as in the plan: the estate, or what was decided, is not what it was then");
    run_stop(run, arena_printf(run->arena, "%s is not as in the plan", instance->path));
}

void plan_differs(struct instance *instance)
{
    struct run *run = instance->run;
    const char *before = stands_before(instance);
    const struct instance *step = before == NULL ? NULL : find_step(run->root, before);
    if (before == NULL || run->stopping || before == instance->awaits) { // or it has waited in vain
        refuse(instance);
        return;
    }
    if (step != NULL && step->status == STEP_WAITING) {
        instance_end(instance, STEP_WAITING,
                     arena_printf(run->arena, "waits for %s, which is before it in the plan", before), NULL);
        return;
    }
    turn_end(instance);
    instance->awaits = before;
    instance->next_parked = run->aside;
    run->aside = instance;
    flow_part_parked(instance, true);
}

static void observe(struct instance *instance)
{
    do_observe(instance, STAGE_OBSERVE);
}

static struct instance *take_up(struct instance **at)
{
    struct instance *instance = *at;
    *at = instance->next_parked;
    instance->next_parked = NULL;
    flow_part_parked(instance, false);
    return instance;
}

void plan_ended(const struct instance *instance)
{
    struct run *run = instance->run;
    for (struct instance **at = &run->aside; *at != NULL;)
        if (*at == instance)
            take_up(at);
        else if (strcmp((*at)->awaits, instance->path) == 0)
            loop_ready(run->engine, take_up(at), observe);
        else
            at = &(*at)->next_parked;
}

// Does it wait for one that waits like itself?
static bool waits_behind(const struct run *run, const struct instance *instance)
{
    for (const struct instance *other = run->aside; other != NULL; other = other->next_parked)
        if (strcmp(instance->awaits, other->path) == 0)
            return true;
    return false;
}

void plan_settle(struct run *run)
{
    while (run->stopping && run->aside != NULL)
        instance_end(run->aside, STEP_UNDECIDED, run->stop_reason, NULL);
    struct instance **at = &run->aside;
    while (*at != NULL && waits_behind(run, *at))
        at = &(*at)->next_parked;
    if (*at != NULL && loop_is_still(run->engine))
        loop_ready(run->engine, take_up(at), observe);
}
