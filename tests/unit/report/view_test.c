// The fold of records: what comes twice, what is missing, what belongs together.
#include "../test.h"

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/progress.h"
#include "report/view.h"

static void take(struct view *view, const char *json)
{
    struct err err;
    const struct value *record = json_parse(view->arena, "record", json, strlen(json), &err);
    assert_non_null(record);
    view_take(view, value_text_at(record, "type"), record);
}

static void check_empty(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    take(view, "{\"type\":\"key.rotated\",\"x\":1}"); // of a later version: passed over
    assert_string_equal(view->status, "failed");
    assert_int_equal(view->exit, 1);
    assert_int_equal(view->step_count + view->effect_count + view->note_count, 0);
    struct err err;
    err_set(&err, E_REFUSED, "no");
    view_fail(view, &err);
    assert_string_equal(view->status, "refused");
    assert_int_equal(view->exit, 6);
    arena_close(arena);
}

static void check_waiting(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    take(view, "{\"type\":\"step.finished\",\"path\":\"a\",\"status\":\"waiting\",\"clauses\":[\"X-1\"]}");
    take(view, "{\"type\":\"step.finished\",\"path\":\"b\",\"status\":\"done\"}");
    take(view, "{\"type\":\"run.resumed\"}");
    take(view, "{\"type\":\"step.finished\",\"path\":\"a\",\"status\":\"done\"}");
    assert_int_equal(view->step_count, 2);
    assert_string_equal(view->steps[0].status, "done");
    arena_close(arena);
}

// What became of a run after its end.
static void check_afterwards(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    take(view, "{\"type\":\"effect.intent\",\"path\":\"a\",\"primitive\":\"x.y\",\"reversible\":true}");
    take(view, "{\"type\":\"effect.result\",\"path\":\"a\",\"primitive\":\"x.y\",\"status\":\"applied\"}");
    take(view, "{\"type\":\"effect.intent\",\"path\":\"b\",\"primitive\":\"x.z\",\"reversible\":false}");
    take(view, "{\"type\":\"effect.result\",\"path\":\"b\",\"primitive\":\"x.z\",\"status\":\"applied\"}");
    take(view, "{\"type\":\"run.finished\",\"status\":\"waiting\",\"exit\":3}");
    assert_true(view->finished);
    take(view, "{\"type\":\"run.resumed\"}");
    assert_false(view->finished);
    take(view, "{\"type\":\"run.stopped\",\"status\":\"killed\",\"by\":\"ann\"}");
    assert_true(view->finished);
    assert_string_equal(view->status, "interrupted");
    assert_string_equal(view->stopped_by, "ann");
    take(view, "{\"type\":\"run.undone\",\"undone_by\":\"R2\"}");
    assert_string_equal(view->undone_by, "R2");
    assert_string_equal(view->effects[0].status, "undone");
    assert_string_equal(view->effects[1].status, "applied");
    arena_close(arena);
}

static void check_effects(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    take(view, "{\"type\":\"effect.planned\",\"path\":\"a\",\"primitive\":\"x.y\",\"resource\":\"/"
               "r\",\"risk\":\"contain\","
               "\"reversible\":true,\"before\":{\"n\":1},\"after\":{\"n\":2},\"requests\":[],\"clauses\":["
               "\"X-1\"]}");
    assert_string_equal(view->effects[0].status, "planned");
    take(view, "{\"type\":\"effect.intent\",\"path\":\"a\",\"primitive\":\"x.y\",\"resource\":\"/"
               "r\",\"after\":{\"n\":3}}");
    assert_int_equal(view->effect_count, 1);
    assert_string_equal(view->effects[0].status, "unknown"); // it may have happened
    assert_int_equal(value_int_at(view->effects[0].after, "n", 0), 3);
    take(view, "{\"type\":\"effect.result\",\"path\":\"a\",\"primitive\":\"x.y\",\"status\":\"applied\","
               "\"verified\":true,"
               "\"after\":{\"n\":3}}");
    assert_int_equal(view->effect_count, 1);
    assert_string_equal(view->effects[0].status, "applied");
    assert_true(view->effects[0].reversible); // said by the plan
    assert_int_equal(value_count(view->effects[0].clauses), 1);
    // A second change of the same step is another effect.
    take(view, "{\"type\":\"effect.result\",\"path\":\"a\",\"primitive\":\"x.y\",\"status\":\"in-place\","
               "\"resource\":\"/s\"}");
    assert_int_equal(view->effect_count, 2);
    arena_close(arena);
}

static void check_approvals(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    take(view,
         "{\"type\":\"approval.opened\",\"path\":\"a\",\"risk\":\"destroy\",\"need\":2,\"effects\":[\"a\"]}");
    assert_string_equal(view->approvals[0].status, "open");
    take(view, "{\"type\":\"approval.granted\",\"path\":\"a\",\"risk\":\"destroy\",\"need\":2,\"who\":\"x\","
               "\"at\":\"t\"}");
    assert_string_equal(view->approvals[0].status, "open");
    take(view, "{\"type\":\"approval.granted\",\"path\":\"a\",\"risk\":\"destroy\",\"need\":2,\"who\":\"y\","
               "\"at\":\"t\"}");
    assert_string_equal(view->approvals[0].status, "granted");
    assert_int_equal(value_count(view->approvals[0].by), 2);
    take(view, "{\"type\":\"approval.refused\",\"path\":\"b\",\"risk\":\"contain\",\"need\":1,\"who\":\"x\","
               "\"at\":\"t\"}");
    assert_string_equal(view->approvals[1].status, "refused");
    // Of two that were given one no longer counts.
    take(view, "{\"type\":\"approval.opened\",\"path\":\"a\",\"risk\":\"destroy\",\"need\":2,\"given\":1,"
               "\"effects\":[\"a\"]}");
    assert_string_equal(view->approvals[0].status, "open");
    assert_int_equal(view->approvals[0].given, 1);
    arena_close(arena);
}

static void check_many(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    for (int i = 0; i < 1000; i++)
        take(view,
             arena_printf(arena, "{\"type\":\"step.finished\",\"path\":\"s[%d]\",\"status\":\"done\"}", i));
    assert_int_equal(view->step_count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_string_equal(view->steps[i].path, arena_printf(arena, "s[%d]", i));
    arena_close(arena);
}

static void progress_line(struct arena *arena, struct progress *progress, struct text *out, const char *path,
                          const char *status)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "path", path);
    value_put_text(arena, map, "status", status);
    progress_take(progress, out, "step.finished", map);
}

static void check_progress(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct progress *progress = progress_new(arena, 80, false);
    struct text out = text_new(arena);
    progress_line(arena, progress, &out, "a[0]", "done");
    progress_line(arena, progress, &out, "a[1]", "done");
    assert_string_equal(out.ptr, ""); // held back
    progress_line(arena, progress, &out, "a[2]", "failed");
    progress_line(arena, progress, &out, "b", "done");
    progress_line(arena, progress, &out, "v[0]/x", "done");
    progress_line(arena, progress, &out, "v[1]/x", "done");
    progress_wait(progress, &out, "w", 20, "for the service to answer");
    assert_string_equal(out.ptr, "  done       a[] × 2\n"
                                 "  failed     a[2]\n"
                                 "  done       b\n"
                                 "  done       v[]/x × 2\n"
                                 "  waits      w                  20 s, for the service to answer\n");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_empty),     cmocka_unit_test(check_waiting),
        cmocka_unit_test(check_effects),   cmocka_unit_test(check_afterwards),
        cmocka_unit_test(check_approvals), cmocka_unit_test(check_many),
        cmocka_unit_test(check_progress),
    };
    return cmocka_run_group_tests_name("report/view", tests, NULL, NULL);
}
