// The command test: the tests of playbooks in files and folders, told as a test runner tells them. What a
// case is and how it runs is test_file.c's and test_run.c's business.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/settings.h"
#include "cli/test_file.h"
#include "cli/test_run.h"
#include "data/value.h"
#include "report/diag_out.h"
#include "report/junit.h"
#include "report/wrap.h"

enum { NS_A_MS = 1000000 };

struct tally {
    struct cli *cli;
    struct value *cases; // for --json and --junit
    int64_t since_ns;    // of the case that runs
    size_t files, passed, failed;
    bool broken; // a test, or its playbook, cannot be run
    bool warned; // what check warns of in the file's playbook has been shown
};

static bool cannot_run(const struct err_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->items[i].severity == ERR_ERROR && errors->items[i].code != E_EXPECT)
            return true;
    return false;
}

// What check warns of is the same in every case of a file: it is shown with the first.
static const struct err_list *news(struct tally *tally, const struct err_list *errors)
{
    struct err_list *rest = err_list_new(tally->cli->arena);
    for (size_t i = 0; i < errors->count; i++)
        if (!tally->warned || errors->items[i].severity != ERR_WARNING)
            err_list_append(rest, &errors->items[i]);
    tally->warned = true;
    return rest;
}

// `one` NULL: of the file itself.
static void tell(struct tally *tally, const char *file, const struct value *one,
                 const struct err_list *errors)
{
    struct cli *cli = tally->cli;
    struct arena *arena = cli->arena;
    const char *name = value_text_at(one, "name");
    struct value *map = value_map(arena);
    bool passed = errors->errors == 0;
    tally->passed += passed;
    tally->failed += !passed;
    tally->broken = tally->broken || cannot_run(errors);
    value_put_text(arena, map, "file", file);
    value_put_text(arena, map, "name", name);
    value_put(arena, map, "line", one == NULL ? &value_null : value_int(arena, value_pos(one).line));
    value_put(arena, map, "passed", value_bool(passed));
    value_put(arena, map, "took_ms", value_int(arena, (clock_monotonic_ns() - tally->since_ns) / NS_A_MS));
    value_put(arena, map, "diagnostics", cli_diagnostics(arena, errors));
    value_append(arena, tally->cases, map);
    if (cli_json(cli))
        return;
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    wrap_row(&wrap, 2, passed ? WRAP_GREEN : WRAP_RED, passed ? "passed" : "failed", 10,
             name == NULL ? "(the whole file)" : name);
    diag_out_list(&out, &cli->out, news(tally, errors));
    cli_print(&out);
}

// The cases of a file, until somebody interrupts: the case that this hits is not told.
static void run_cases(struct tally *tally, const char *file, const struct value *test)
{
    const struct value *cases = value_get(test, "cases");
    bool able = true;
    tally->warned = false;
    for (size_t i = 0; i < value_count(cases) && able; i++) {
        struct arena *arena = arena_open();
        struct err_list *errors = err_list_new(arena);
        const struct value *one = value_item(cases, i);
        tally->since_ns = clock_monotonic_ns();
        able = test_run_case(tally->cli, file, value_text_at(test, "playbook"), one, errors) &&
               *interrupt_flag() == 0;
        if (*interrupt_flag() == 0)
            tell(tally, file, able ? one : NULL, errors);
        arena_close(arena);
    }
}

static void run_file(struct tally *tally, const char *file)
{
    struct cli *cli = tally->cli;
    struct err err = {0};
    if (*interrupt_flag() != 0)
        return;
    tally->since_ns = clock_monotonic_ns();
    const struct value *test = test_file_read(cli->arena, file, &err);
    tally->files++;
    if (!cli_json(cli))
        cli_say(cli, "%s", file);
    if (test != NULL) {
        run_cases(tally, file, test);
        return;
    }
    struct err_list *errors = err_list_new(cli->arena);
    err_list_append(errors, &err);
    tell(tally, file, NULL, errors);
}

// A file, or all tests of a folder.
static void run_argument(struct tally *tally, const char *name)
{
    struct arena *arena = tally->cli->arena;
    if (!file_is_dir(name)) {
        run_file(tally, name);
        return;
    }
    for (char **one = folder_list(arena, name); *one != NULL; one++)
        if (test_file_is(*one))
            run_file(tally, strcmp(name, ".") == 0 ? *one : arena_printf(arena, "%s/%s", name, *one));
}

// Of the cases so far; of none before the first, so that nobody waits for the tests to hear that it cannot be
// written.
static bool write_junit(struct tally *tally, struct err *err)
{
    const char *file = options_value(&tally->cli->options, OPT_JUNIT);
    if (file == NULL)
        return true;
    struct text out = text_new(tally->cli->arena);
    junit_write(&out, tally->cases);
    return file_replace_as(file, FILE_PUBLIC, out.ptr, out.length, err);
}

static int finish(struct tally *tally)
{
    struct cli *cli = tally->cli;
    struct arena *arena = cli->arena;
    int status = *interrupt_flag() != 0 ? 128 + (int)*interrupt_flag()
                 : tally->broken        ? 2
                 : tally->failed > 0    ? 1
                                        : 0;
    if (!cli_json(cli)) {
        cli_say(cli, "%zu case%s: %zu passed, %zu failed%s", tally->passed + tally->failed,
                tally->passed + tally->failed == 1 ? "" : "s", tally->passed, tally->failed,
                status >= 128 ? ", and interrupted" : "");
        return status;
    }
    struct value *map = value_map(arena);
    value_put(arena, map, "exit", value_int(arena, status));
    value_put(arena, map, "passed", value_int(arena, (int64_t)tally->passed));
    value_put(arena, map, "failed", value_int(arena, (int64_t)tally->failed));
    value_put(arena, map, "cases", tally->cases);
    cli_print_json(cli, map);
    return status;
}

int cmd_test(struct cli *cli)
{
    struct tally tally = {.cli = cli, .cases = value_list(cli->arena)};
    const struct options *options = &cli->options;
    struct err err;
    if (options_has(options, OPT_PROFILE) && !settings_are_built_in(cli)) {
        err_set(&err, E_USAGE, "tests run in the lab, not under the profile %s",
                options_value(options, OPT_PROFILE));
        return cli_fail(cli, &err);
    }
    if (!write_junit(&tally, &err))
        return cli_fail(cli, &err);
    for (size_t i = 0; i < options->argument_count; i++)
        run_argument(&tally, options->arguments[i]);
    if (options->argument_count == 0)
        run_argument(&tally, ".");
    if (tally.files > 0)
        return write_junit(&tally, &err) ? finish(&tally) : cli_fail(cli, &err);
    err_set(&err, E_MISSING, "there are no tests in %s",
            options->argument_count == 0 ? "this folder" : options->arguments[0]);
    err_hint(&err, "a test is a file NAME.test.yaml; `playbook new` writes one beside the playbook");
    return cli_fail(cli, &err);
}
