// Diagnostics as a compiler prints them, and commands as a shell reads them.
#include "../test.h"

#include "base/text.h"
#include "report/diag_out.h"
#include "report/screen.h"
#include "report/shell.h"

static const char *line_of(void *context, const char *file, int line)
{
    (void)context;
    return strcmp(file, "p.yaml") == 0 && line == 7 ? "  - wen: \"金\" → alert.actor.nmae" : NULL;
}

static void check_place(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct screen screen = {.width = 80, .source_line = line_of};
    struct err err;
    err_set_at(&err, E_CHECK, (struct src_pos){"p.yaml", 7, 17}, "an alert has no field nmae");
    err_note(&err, "in step one");
    err_hint(&err, "did you mean name?");
    struct text out = text_new(arena);
    diag_out_err(&out, &screen, &err);
    assert_string_equal(out.ptr, "p.yaml:7:17: error: an alert has no field nmae [E_CHECK]\n"
                                 "      - wen: \"金\" → alert.actor.nmae\n"
                                 "                     ^\n"
                                 "  note: in step one\n"
                                 "  hint: did you mean name?\n");
    arena_close(arena);
}

static void check_no_place(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct screen screen = {.width = 80, .source_line = line_of};
    struct err err;
    err_set(&err, E_USAGE, "unknown command rum");
    struct text out = text_new(arena);
    diag_out_err(&out, &screen, &err);
    assert_string_equal(out.ptr, "error: unknown command rum [E_USAGE]\n");
    arena_close(arena);
}

static void check_far_column(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct screen screen = {.width = 40, .source_line = line_of};
    struct err err;
    err_set_at(&err, E_CHECK, (struct src_pos){"p.yaml", 7, 30}, "x");
    struct text out = text_new(arena);
    diag_out_err(&out, &screen, &err);
    assert_non_null(strstr(out.ptr, "…"));
    assert_non_null(strstr(out.ptr, "^"));
    arena_close(arena);
}

// A line of a megabyte, as an alert can have it: what is printed, and the work for it, are bounded by the
// width. (The test's own time limit would end quadratic work.)
static const char *endless_line(void *context, const char *file, int line)
{
    (void)file, (void)line;
    return context;
}

static void check_endless_line(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 20 };
    struct arena *arena = arena_open();
    struct text line = text_new(arena);
    for (int i = 0; i < LENGTH; i += 4)
        text_add(&line, "é..");
    struct screen screen = {.width = 40, .source_line = endless_line, .context = line.ptr};
    struct err err;
    err_set_at(&err, E_CHECK, (struct src_pos){"a.json", 1, LENGTH / 2}, "x");
    struct text out = text_new(arena);
    diag_out_err(&out, &screen, &err);
    assert_true(out.length < 300);
    assert_non_null(strstr(out.ptr, "    …"));
    assert_non_null(strstr(out.ptr, "…\n"));
    assert_non_null(strstr(out.ptr, " ^\n"));
    assert_null(strchr(out.ptr, '<'));
    arena_close(arena);
}

static void check_shell(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *words[] = {"playbook", "run", "a b", "--answer", "x[0]=it's", "", "--audit", NULL};
    struct text out = text_new(arena);
    shell_add_command(&out, words, 2, 80);
    assert_string_equal(out.ptr, "  playbook run 'a b' --answer 'x[0]=it'\\''s' '' --audit\n");
    out = text_new(arena);
    shell_add_command(&out, words, 2, 30);
    assert_string_equal(out.ptr,
                        "  playbook run 'a b' \\\n      --answer 'x[0]=it'\\''s' \\\n      '' --audit\n");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_place), cmocka_unit_test(check_no_place),
                                       cmocka_unit_test(check_far_column),
                                       cmocka_unit_test(check_endless_line), cmocka_unit_test(check_shell)};
    return cmocka_run_group_tests_name("report/diag_out", tests, NULL, NULL);
}
