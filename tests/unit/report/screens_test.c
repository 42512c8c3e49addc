// Whole screens from whole runs: unit/report/screens/NAME.jsonl holds the records of a run, NAME.txt what
// people see of it. UPDATE=1 in the environment rewrites the texts. `screens_test json` prints the run
// objects instead, one a line, for the schema test.
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/json_out.h"
#include "report/progress.h"
#include "report/screen.h"
#include "report/text_out.h"
#include "report/view.h"
#include "report/wrap.h"

static const char *const names[] = {"dry-run", "live", "audit", "hostile", NULL};

static const char *clause_words(void *context, const char *id)
{
    (void)context;
    return strcmp(id, "KV-MITIGATE-IP-1") == 0
               ? "Turn the vault's firewall on, so that only known networks reach it"
               : NULL;
}

static const char *const command[] = {"playbook", "run", "keyvault-alert", "--alert", "it's here.json", NULL};

static struct screen screen_of(int width)
{
    return (struct screen){
        .width = width,
        .clause_text = clause_words,
        .command = command,
        .preview_flag = "--dry-run",
        .judge_flag = "--audit",
        .approve_flag = "--approve-all",
    };
}

// Takes every record of a file, and collects the lines of progress that they give.
static struct view *load(struct arena *arena, const char *name, struct text *progress_text, int width)
{
    const char *file = arena_printf(arena, "unit/report/screens/%s.jsonl", name);
    struct err err;
    size_t length;
    const char *bytes = file_read(arena, file, 1 << 20, &length, &err);
    assert_non_null(bytes);
    struct view *view = view_new(arena);
    struct progress *progress = progress_new(arena, width, false);
    while (*bytes != '\0') {
        size_t line = strcspn(bytes, "\n");
        const struct value *record = json_parse(arena, file, bytes, line, &err);
        assert_non_null(record);
        view_take(view, value_text_at(record, "type"), record);
        progress_take(progress, progress_text, value_text_at(record, "type"), record);
        bytes += line + 1;
    }
    view->first = 3;
    view->last = 40;
    view->root = "cm9vdA==";
    return view;
}

static char *render(struct arena *arena, const char *name, int width)
{
    struct screen screen = screen_of(width);
    struct text progress = text_new(arena);
    struct view *view = load(arena, name, &progress, width);
    return arena_printf(arena, "%s%s\n%s", text_out_head(arena, &screen, view), progress.ptr,
                        text_out_result(arena, &screen, view));
}

static void check_screens(void **state)
{
    struct arena *arena = *state;
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *file = arena_printf(arena, "unit/report/screens/%s.txt", names[i]);
        char *shown = render(arena, names[i], 80);
        struct err err;
        size_t length;
        if (getenv("UPDATE") != NULL) {
            assert_true(file_replace(file, shown, strlen(shown), &err));
            continue;
        }
        const char *expected = file_read(arena, file, 1 << 20, &length, &err);
        assert_non_null(expected);
        assert_string_equal(shown, expected);
    }
}

static void check_widths(void **state)
{
    struct arena *arena = *state;
    for (size_t i = 0; names[i] != NULL; i++)
        for (int width = 40; width <= 132; width += 23) {
            char *shown = render(arena, names[i], width);
            for (char *line = shown; *line != '\0';) {
                size_t length = strcspn(line, "\n");
                int columns = wrap_width(arena_strndup(arena, line, length));
                if (columns > width)
                    print_error("%s at %d: %.*s\n", names[i], width, (int)length, line);
                assert_true(columns <= width);
                line += length + (line[length] == '\n');
            }
        }
}

static void check_nothing_hidden(void **state)
{
    struct arena *arena = *state;
    char *shown = render(arena, "hostile", 80);
    for (size_t i = 0, left = strlen(shown); left > 0;) {
        unsigned code;
        size_t step = text_utf8(shown + i, left, &code);
        assert_int_not_equal(step, 0);
        assert_true(code == '\n' || !text_is_hidden(code));
        i += step;
        left -= step;
    }
}

static int open_arena(void **state)
{
    *state = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static int print_json(void)
{
    struct arena *arena = arena_open();
    for (size_t i = 0; names[i] != NULL; i++) {
        struct text progress = text_new(arena);
        fputs(json_out_text(arena, load(arena, names[i], &progress, 80)).ptr, stdout);
    }
    // A run that never began.
    struct view *view = view_new(arena);
    view->mode = "live";
    struct err err;
    err_set(&err, E_USAGE, "no such playbook");
    view_fail(view, &err);
    fputs(json_out_text(arena, view).ptr, stdout);
    arena_close(arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "json") == 0)
        return print_json();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(check_screens, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(check_widths, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(check_nothing_hidden, open_arena, close_arena),
    };
    return cmocka_run_group_tests_name("report/screens", tests, NULL, NULL);
}
