// The fold of steps into clauses, against the table of the contract.
#include "../test.h"

#include "data/value.h"
#include "report/clauses.h"
#include "report/view.h"

static void step(struct view *view, const char *path, const char *status, const char *clause)
{
    struct value *map = value_map(view->arena), *clauses = value_list(view->arena);
    value_append(view->arena, clauses, value_string(view->arena, clause));
    value_put_text(view->arena, map, "path", path);
    value_put_text(view->arena, map, "status", status);
    value_put_text(view->arena, map, "reason", path);
    value_put(view->arena, map, "clauses", clauses);
    view_take(view, "step.finished", map);
}

static const char *fold_of(struct arena *arena, const char *mode, const char *const *statuses)
{
    struct view *view = view_new(arena);
    view->mode = mode;
    for (size_t i = 0; statuses[i] != NULL; i++)
        step(view, statuses[i], statuses[i], "X-1");
    struct clauses clauses = clauses_fold(arena, view);
    assert_int_equal(clauses.count, 1);
    return clauses.items[0].status;
}

static void check_fold(void **state)
{
    (void)state;
    static const struct {
        const char *steps[4], *live, *audit;
    } rows[] = {
        {{"done"}, "done", "in-place"},
        {{"in-place"}, "in-place", "in-place"},
        {{"planned"}, "planned", "missing"},
        {{"skipped"}, "not-applicable", "not-applicable"},
        {{"failed"}, "failed", "failed"},
        {{"refused"}, "failed", "failed"},
        {{"waiting"}, "needs-person", "needs-person"},
        {{"undecided"}, "needs-person", "needs-person"},
        {{"done", "planned"}, "planned", "missing"},
        {{"planned", "waiting"}, "needs-person", "missing"},
        {{"in-place", "done"}, "done", "in-place"},
        {{"skipped", "in-place"}, "in-place", "in-place"},
        {{"waiting", "failed", "planned"}, "failed", "failed"},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(fold_of(arena, "live", rows[i].steps), rows[i].live);
        assert_string_equal(fold_of(arena, "audit", rows[i].steps), rows[i].audit);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_fold)};
    return cmocka_run_group_tests_name("report/clauses", tests, NULL, NULL);
}
