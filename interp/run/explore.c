// Exploring: after a plan, every open question and every condition that could not be decided is tried each
// way. A leaf is one more plan with forced answers; leaves share what the first run read, so that they cost
// no requests. Invariant: leaves change nothing and stand in no trail; the first run's own outcome is not
// touched.
#include "run/explore.h"

#include "base/arena.h"
#include "report/json_out.h"
#include "report/leaves.h"
#include "report/view.h"
#include "run/loop.h"

struct exploration {
    struct run *first;
    struct value *leaves;                   // list of {answers, effects, clauses, also?: [answers]}
    struct value *kept[EXPLORE_MAX_LEAVES]; // the same
    struct value *pending;                  // list of answer maps still to be tried
    size_t next;
};

static const struct value *with_answer(struct arena *arena, const struct value *answers, const char *path,
                                       const struct value *choice)
{
    struct value *copy = value_map(arena);
    value_put_all(arena, copy, answers);
    value_put(arena, copy, path, value_copy(arena, choice)); // the leaf that asked is closed before this one
    return copy;
}

// The first fork that a run met becomes one more pending leaf for each choice.
static bool fork_out(struct exploration *exploration, const struct run *run, const struct value *answers)
{
    const struct value *fork = value_item(run->open_forks, 0);
    if (fork == NULL)
        return false;
    struct arena *arena = exploration->first->arena;
    const struct value *choices = value_get(fork, "choices");
    for (size_t i = 0; i < value_count(choices); i++) {
        if (exploration->pending->count >= EXPLORE_MAX_LEAVES * 2) {
            exploration->first->view->leaves_cut = true;
            return true;
        }
        value_append(arena, exploration->pending,
                     with_answer(arena, answers, value_text_at(fork, "path"), value_item(choices, i)));
    }
    return true;
}

static bool same_clauses(const struct value *a, const struct value *b)
{
    static const char *const members[] = {"id", "status", "steps"};
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++)
        for (size_t k = 0; k < sizeof members / sizeof members[0]; k++)
            if (!value_equal(value_get(value_item(a, i), members[k]),
                             value_get(value_item(b, i), members[k])))
                return false;
    return true;
}

// Other answers that lead to the same stand in the leaf's `also`.
static void keep_also(struct exploration *exploration, struct value *leaf, const struct value *answers)
{
    struct arena *arena = exploration->first->arena;
    struct value *also = value_list(arena);
    const struct value *before = value_get(leaf, "also");
    for (size_t i = 0; i < value_count(before); i++)
        value_append(arena, also, value_item(before, i));
    value_append(arena, also, answers);
    value_put(arena, leaf, "also", also);
}

// Equal leaves are one: the answers in which they differ do not matter, but none of them is lost.
static void keep_leaf(struct exploration *exploration, const struct run *run, const struct value *answers)
{
    struct arena *arena = exploration->first->arena;
    struct arena *own = run->view->arena; // which is closed before this one
    const struct value *effects = value_copy(arena, json_out_effects(own, run->view)),
                       *clauses = value_copy(arena, json_out_clauses(own, run->view));
    size_t count = exploration->leaves->count;
    for (size_t i = 0; i < count; i++) {
        struct value *leaf = exploration->kept[i];
        if (leaves_same_effects(value_get(leaf, "effects"), effects) &&
            same_clauses(value_get(leaf, "clauses"), clauses)) {
            keep_also(exploration, leaf, answers);
            return;
        }
    }
    if (count == EXPLORE_MAX_LEAVES) {
        exploration->first->view->leaves_cut = true;
        return;
    }
    struct value *leaf = value_map(arena);
    value_put(arena, leaf, "answers", answers);
    value_put(arena, leaf, "effects", effects);
    value_put(arena, leaf, "clauses", clauses);
    exploration->kept[count] = leaf;
    value_append(arena, exploration->leaves, leaf);
}

static void start_next(struct exploration *exploration)
{
    struct run *first = exploration->first;
    const struct value *answers = value_item(exploration->pending, exploration->next++);
    if (answers == NULL) {
        first->view->leaves = exploration->leaves;
        first->ended = true;
        return;
    }
    struct run_request request = first->request;
    request.alert = value_is_null(first->alert) ? NULL : first->alert;
    request.alert_id = NULL;
    request.alert_newest = false;
    struct run *leaf = run_start_with(first->engine, &request, answers, first);
    leaf->exploration = exploration;
}

void explore_after(struct run *run)
{
    struct exploration *exploration = run->exploration;
    if (exploration != NULL) { // a leaf has ended
        if (!fork_out(exploration, run, run->forced))
            keep_leaf(exploration, run, run->forced);
        loop_drop(run->engine, run);
        start_next(exploration);
        return;
    }
    if (!run->request.explore)
        return;
    exploration = ARENA_NEW(run->arena, struct exploration);
    exploration->first = run;
    exploration->leaves = value_list(run->arena);
    exploration->pending = value_list(run->arena);
    const struct value *nothing = value_map(run->arena);
    if (!fork_out(exploration, run, nothing)) {
        keep_leaf(exploration, run, nothing);
        run->view->leaves = exploration->leaves;
        return;
    }
    run->ended = false; // until the last leaf
    run->over = false;
    run->exploring = true;
    start_next(exploration);
}
