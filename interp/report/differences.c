// Compares a run with a replay of it, which may be in another mode: what was done there is planned here. Not
// for showing it (differences_out.c). Invariant: only what was decided counts, so a change that was made,
// failed or would be made is one and the same; unknowns and made-up secrets differ from nothing.
#include "report/differences.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/clauses.h"
#include "report/view.h"
#include "report/view_step.h"

struct comparing {
    struct arena *arena;
    struct view *recorded, *replayed;
    struct value *list;
};

static bool is_open(const struct value *value)
{
    return value_is(value, VALUE_UNKNOWN) || value_get(value, "$unknown") != NULL ||
           value_get(value, "$secret") != NULL;
}

static bool alike(const struct value *a, const struct value *b)
{
    if (is_open(a) || is_open(b))
        return true;
    if (value_is(a, VALUE_MAP) && value_is(b, VALUE_MAP)) {
        bool same = a->count == b->count;
        for (size_t i = 0; same && i < a->count; i++) {
            const struct value *other = value_get(b, a->fields[i].key);
            same = other != NULL && alike(a->fields[i].value, other);
        }
        return same;
    }
    if (value_is(a, VALUE_LIST) && value_is(b, VALUE_LIST)) {
        bool same = value_count(a) == value_count(b);
        for (size_t i = 0; same && i < value_count(a); i++)
            same = alike(value_item(a, i), value_item(b, i));
        return same;
    }
    return value_equal(a, b);
}

static void add(struct comparing *comparing, const char *what, const char *path, const struct value *recorded,
                const struct value *replayed)
{
    struct arena *arena = comparing->arena;
    struct value *one = value_map(arena);
    value_put_text(arena, one, "what", what);
    value_put_text(arena, one, "change",
                   recorded == NULL   ? "added"
                   : replayed == NULL ? "removed"
                                      : "changed");
    value_put_text(arena, one, "path", path);
    value_put(arena, one, "recorded", recorded == NULL ? &value_null : recorded);
    value_put(arena, one, "replayed", replayed == NULL ? &value_null : replayed);
    value_append(arena, comparing->list, one);
}

// What was decided of a change, whatever became of it.
static const char *decided(const char *status)
{
    bool kept = text_is(status, "in-place") || text_is(status, "refused");
    return kept ? status : "change";
}

static const char *step_class(const struct view *view, const struct view_step *step)
{
    const char *status = step->status;
    for (size_t i = 0; i < view->effect_count; i++)
        if (text_same(view->effects[i].path, step->path))
            return decided(view->effects[i].status);
    return text_is(status, "planned") || text_is(status, "in-place") ? "done" : status;
}

// A group and a loop are what is in them.
static bool holds_others(const struct view *view, const char *path)
{
    for (size_t i = 0; i < view->step_count; i++)
        if (view_is_within(view->steps[i].path, path))
            return true;
    return false;
}

static const struct value *step_value(struct arena *arena, const struct view_step *step)
{
    struct value *map = value_map(arena);
    if (step == NULL)
        return NULL;
    value_put_text(arena, map, "status", step->status);
    value_put_text(arena, map, "reason", step->reason);
    return map;
}

static void compare_step(struct comparing *comparing, const char *path)
{
    const struct view_step *then = view_step_of(comparing->recorded, path),
                           *now = view_step_of(comparing->replayed, path);
    if (then != NULL && now != NULL) {
        // What a person answers is compared as an answer; nobody attests a task in a replay.
        bool of_people = text_is(now->kind, "ask") || text_is(now->kind, "task");
        if (of_people ||
            text_same(step_class(comparing->recorded, then), step_class(comparing->replayed, now)))
            return;
    }
    if (!holds_others(comparing->recorded, path) && !holds_others(comparing->replayed, path))
        add(comparing, "step", path, step_value(comparing->arena, then), step_value(comparing->arena, now));
}

static void compare_steps(struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->replayed->step_count; i++)
        compare_step(comparing, comparing->replayed->steps[i].path);
    for (size_t i = 0; i < comparing->recorded->step_count; i++)
        if (view_step_of(comparing->replayed, comparing->recorded->steps[i].path) == NULL)
            compare_step(comparing, comparing->recorded->steps[i].path);
}

static const struct value *answer_value(struct arena *arena, const struct view_ask *ask)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "answer", ask->answer);
    value_put_text(arena, map, "by", ask->by);
    return map;
}

// Questions that only one of them put show as its steps.
static void compare_answers(struct comparing *comparing)
{
    const struct view *then = comparing->recorded, *now = comparing->replayed;
    for (size_t i = 0; i < now->ask_count; i++)
        for (size_t k = 0; k < then->ask_count; k++)
            if (text_same(now->asks[i].path, then->asks[k].path) &&
                !text_same(now->asks[i].answer, then->asks[k].answer))
                add(comparing, "answer", now->asks[i].path, answer_value(comparing->arena, &then->asks[k]),
                    answer_value(comparing->arena, &now->asks[i]));
}

// The same change in the other: at the same path or, where steps have other names, of the same resource.
static const struct view_effect *counterpart(const struct view *view, const struct view_effect *effect,
                                             const bool *taken, size_t *place)
{
    const struct view_effect *found = NULL;
    for (size_t i = view->effect_count; i-- > 0;) {
        const struct view_effect *other = &view->effects[i];
        bool here = text_same(other->path, effect->path);
        if (taken[i] || !text_same(other->primitive, effect->primitive) ||
            !text_same(other->resource, effect->resource) || (found != NULL && !here))
            continue;
        found = other;
        *place = i;
        if (here)
            break;
    }
    return found;
}

static const struct value *effect_value(struct arena *arena, const struct view_effect *effect)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "primitive", effect->primitive);
    value_put_text(arena, map, "resource", effect->resource);
    value_put_text(arena, map, "status", effect->status);
    value_put(arena, map, "before", effect->before);
    value_put(arena, map, "after", effect->after);
    value_put(arena, map, "requests", effect->requests);
    return map;
}

static bool same_effect(const struct view_effect *a, const struct view_effect *b)
{
    const char *outcome = decided(a->status);
    bool judged = value_count(a->requests) == 0 || value_count(b->requests) == 0; // no requests were made up
    return text_same(outcome, decided(b->status)) &&
           (strcmp(outcome, "change") != 0 ||
            (alike(a->after, b->after) && (judged || alike(a->requests, b->requests))));
}

static void compare_effects(struct comparing *comparing)
{
    const struct view *then = comparing->recorded, *now = comparing->replayed;
    struct arena *arena = comparing->arena;
    bool *taken = ARENA_ARRAY(arena, bool, then->effect_count + 1);
    for (size_t i = 0; i < now->effect_count; i++) {
        size_t place = 0;
        const struct view_effect *effect = &now->effects[i],
                                 *other = counterpart(then, effect, taken, &place);
        if (other != NULL)
            taken[place] = true;
        if (other == NULL || !same_effect(other, effect))
            add(comparing, "effect", effect->path, other == NULL ? NULL : effect_value(arena, other),
                effect_value(arena, effect));
    }
    for (size_t i = 0; i < then->effect_count; i++)
        if (!taken[i])
            add(comparing, "effect", then->effects[i].path, effect_value(arena, &then->effects[i]), NULL);
}

static const struct clause *find_clause(const struct clauses *clauses, const char *id)
{
    for (size_t i = 0; i < clauses->count; i++)
        if (text_same(clauses->items[i].id, id))
            return &clauses->items[i];
    return NULL;
}

// Carried out, to be carried out and missing say the same of a playbook: it does it.
static const char *clause_class(const char *status)
{
    bool served = text_is(status, "planned") || text_is(status, "missing") || text_is(status, "in-place");
    return served ? "done" : status;
}

static const struct value *clause_value(struct arena *arena, const struct clause *clause)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "status", clause->status);
    return map;
}

static void compare_clauses(struct comparing *comparing)
{
    struct arena *arena = comparing->arena;
    struct clauses then = clauses_fold(arena, comparing->recorded),
                   now = clauses_fold(arena, comparing->replayed);
    for (size_t i = 0; i < now.count; i++) {
        const struct clause *clause = &now.items[i], *other = find_clause(&then, clause->id);
        if (other == NULL || !text_same(clause_class(other->status), clause_class(clause->status)))
            add(comparing, "clause", clause->id, other == NULL ? NULL : clause_value(arena, other),
                clause_value(arena, clause));
    }
    for (size_t i = 0; i < then.count; i++)
        if (find_clause(&now, then.items[i].id) == NULL)
            add(comparing, "clause", then.items[i].id, clause_value(arena, &then.items[i]), NULL);
}

const struct value *differences_list(struct arena *arena, struct view *recorded, struct view *replayed)
{
    struct comparing comparing = {arena, recorded, replayed, value_list(arena)};
    compare_answers(&comparing);
    compare_steps(&comparing);
    compare_effects(&comparing);
    compare_clauses(&comparing);
    return comparing.list;
}
