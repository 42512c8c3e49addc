// Plans of many changes.
#include "../test.h"

#include "base/text.h"
#include "data/value.h"
#include "report/plan.h"
#include "report/screen.h"
#include "report/view.h"
#include "report/wrap.h"

// What a plan of so many changes takes, of a loop or each for itself.
static size_t used(const char *path, int count)
{
    static const char *const planned[] = {"planned", NULL};
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    for (int i = 0; i < count; i++) {
        struct value *members = value_map(arena);
        value_put(arena, members, "path", value_printf(arena, "%s[%d]", path, i));
        if (strcmp(path, "each") == 0) // nothing is told together
            value_put(arena, members, "risk", value_printf(arena, "%d", i));
        view_take(view, "effect.planned", members);
    }
    const struct screen screen = {.width = 80};
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 80, false);
    assert_int_equal(plan_print(&wrap, &screen, view, planned), count);
    size_t all = arena_used(arena);
    arena_close(arena);
    return all;
}

static void many_changes(void **state)
{
    (void)state;
    assert_true(used("loop", 2000) < 6 * used("loop", 500));
    assert_true(used("each", 2000) < 6 * used("each", 500));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_changes)};
    return cmocka_run_group_tests_name("report/plan", tests, NULL, NULL);
}
