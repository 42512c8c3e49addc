// The command for the next step: for each way that a run can end, in each mode, with and without somebody at
// the keyboard.
#include "../test.h"

#include "base/text.h"
#include "report/next.h"
#include "report/screen.h"
#include "report/view.h"
#include "report/wrap.h"

static const char *const command[] = {"playbook", "run", "x", NULL};
static const char *const common[] = {"--state", "s", NULL};
static const char *const given[] = {"known=no", "later=yes", NULL};

static struct view *view_of(struct arena *arena, const char *mode, const char *status, bool answered,
                            bool approval)
{
    struct view *view = view_new(arena);
    view->run = "R";
    view->step_count = 1;
    view->first = 1;
    view->mode = mode;
    view->status = status;
    view->asks = ARENA_NEW(arena, struct view_ask);
    view->ask_count = 1;
    view->asks[0] = (struct view_ask){.path = "group/known", .answer = answered ? "no" : NULL, .by = "dana"};
    view->steps = ARENA_NEW(arena, struct view_step);
    view->step_count = 1;
    view->effects = ARENA_NEW(arena, struct view_effect);
    view->effect_count = 1;
    view->effects[0].status = "planned";
    view->approvals = ARENA_NEW(arena, struct view_approval);
    view->approval_count = approval;
    view->approvals[0].status = "open";
    return view;
}

// However many they are.
static void every_answer(void **state)
{
    (void)state;
    enum { ASKS = 300 };
    struct arena *arena = arena_open();
    struct view *view = view_of(arena, "dry-run", "done", true, false);
    view->asks = ARENA_ARRAY(arena, struct view_ask, ASKS);
    view->ask_count = ASKS;
    for (size_t i = 0; i < ASKS; i++)
        view->asks[i] = (struct view_ask){
            .path = arena_printf(arena, "each[%zu]/known", i), .answer = "no", .by = "dana"};
    const struct screen screen = {.width = 80, .command = command};
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 80, false);
    next_print(&wrap, &screen, view);
    for (size_t i = 0; i < ASKS; i++)
        if (strstr(out.ptr, arena_printf(arena, "'each[%zu]/known=no'", i)) == NULL)
            fail_msg("the answer %zu is not there", i);
    arena_close(arena);
}

static void commands(void **state)
{
    (void)state;
    static const struct {
        const char *mode, *status;
        bool answered, approval, asked;
        const char *const *given;
        const char *shown;
    } rows[] = {
        {"dry-run", "done", true, false, false, NULL,
         "\nTo carry it out:\n  playbook run x --answer group/known=no --approve-all\n"},
        {"dry-run", "done", true, false, true, NULL,
         "\nTo carry it out:\n  playbook run x --answer group/known=no\n"},
        // Stopped: what was answered is not asked again, nor is carried out what has not been seen.
        {"dry-run", "interrupted", true, false, true, NULL,
         "\nTo start again, with the answers so far:\n  playbook run x --answer group/known=no --dry-run\n"},
        {"dry-run", "failed", false, false, false, NULL, "\nTo try again:\n  playbook run x --dry-run\n"},
        {"dry-run", "interrupted", true, false, true, given,
         "\nTo start again, with the answers so far:\n"
         "  playbook run x --answer group/known=no --answer later=yes --dry-run\n"},
        {"audit", "interrupted", true, false, false, NULL,
         "\nTo start again, with the answers so far:\n  playbook run x --answer group/known=no --audit\n"},
        {"audit", "gaps", true, false, false, NULL,
         "\nTo see what would close the gaps:\n  playbook run x --answer group/known=no --dry-run\n"},
        {"audit", "done", true, false, false, NULL, ""},
        {"live", "waiting", true, true, false, NULL,
         "\nTo approve what waits for it, and go on:\n  playbook approve R --state s\n"
         "\nTo go on and approve whatever comes:\n  playbook resume R --approve-all --state s\n"},
        // Whoever left an approval open at the keyboard is not told to approve everything.
        {"live", "waiting", true, true, true, NULL,
         "\nTo approve what waits for it, and go on:\n  playbook approve R --state s\n"},
        {"live", "interrupted", true, true, true, NULL,
         "\nTo go on (what is done is not done again):\n  playbook resume R --state s\n"},
        {"live", "waiting", false, false, false, NULL,
         "\nTo go on, with an answer for VALUE:\n  playbook answer R group/known=VALUE --state s\n"},
        {"live", "failed", true, false, false, NULL,
         "\nTo go on (what is done is not done again):\n  playbook resume R --state s\n"},
        {"live", "done", true, false, false, given,
         "\nTo see that it is in place:\n  playbook run x --answer group/known=no --answer later=yes "
         "--audit\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_open();
        struct text out = text_new(arena);
        struct wrap wrap = wrap_new(&out, 100, false);
        const struct screen screen = {.width = 100,
                                      .command = command,
                                      .common = common,
                                      .preview_flag = "--dry-run",
                                      .judge_flag = "--audit",
                                      .approve_flag = "--approve-all",
                                      .asked = rows[i].asked,
                                      .answers = rows[i].given};
        next_print(&wrap, &screen,
                   view_of(arena, rows[i].mode, rows[i].status, rows[i].answered, rows[i].approval));
        if (strcmp(out.ptr, rows[i].shown) != 0)
            fail_msg("row %zu: %s", i, out.ptr);
        arena_close(arena);
    }
}

static const char *shown(struct arena *arena, const struct view *view)
{
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 100, false);
    const struct screen screen = {.width = 100, .command = command, .preview_flag = "--dry-run"};
    next_print(&wrap, &screen, view);
    return out.ptr;
}

static void nothing_to_carry_out(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_of(arena, "dry-run", "done", false, false);
    view->effect_count = 0;
    assert_string_equal(shown(arena, view), "\nTo see what an answer leads to, with one for VALUE:\n"
                                            "  playbook run x --answer group/known=VALUE --dry-run\n");
    // An alert that is not there is not there the next time.
    view = view_of(arena, "dry-run", "failed", false, false);
    view->step_count = 0;
    assert_string_equal(shown(arena, view), "");
    arena_close(arena);
}

// What helps is neither to go on nor to try again; or what was not recorded cannot be gone on with.
static void other_ways(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct view *view = view_of(arena, "live", "failed", true, false);
    view->first = -1;
    assert_string_equal(shown(arena, view), "\nTo try again:\n  playbook run x --answer group/known=no\n");
    view->exit = 5;
    assert_string_equal(shown(arena, view),
                        "\nTo see what was done to the trail:\n  playbook audit verify\n");
    view = view_of(arena, "live", "refused", true, false);
    assert_string_equal(shown(arena, view), "\nTo begin again (what is in place is not changed again):\n"
                                            "  playbook run x --answer group/known=no\n");
    view = view_of(arena, "live", "waiting", true, false);
    struct view_task tasks[] = {{.path = "look"}, {.path = "tell"}};
    view->tasks = tasks;
    view->task_count = 2;
    const char *attest = "\nWhen a task was done, with its path for STEP:\n  playbook attest R STEP\n";
    assert_string_equal(shown(arena, view), attest);
    tasks[0].by = "dana"; // the one that is left is named
    attest = "\nWhen the task was done:\n  playbook attest R tell\n";
    assert_string_equal(shown(arena, view), attest);
    view->status = "done";
    assert_true(text_starts(shown(arena, view), attest));
    tasks[1].by = "dana";
    assert_false(text_starts(shown(arena, view), attest));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(commands), cmocka_unit_test(nothing_to_carry_out),
                                       cmocka_unit_test(other_ways), cmocka_unit_test(every_answer)};
    return cmocka_run_group_tests_name("report/next", tests, NULL, NULL);
}
