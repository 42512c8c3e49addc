// Opens what commands need, runs one, and prints errors: the only folder that prints is cli/. Invariant: with
// --json, standard output holds one JSON text and nothing else, also when the command line itself is wrong.
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/dirs.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/open.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/procedure.h"
#include "report/diag_out.h"
#include "report/json_out.h"
#include "report/view.h"
#include "report/wrap.h"

enum { SOURCE_MAX = 64 * 1024 * 1024, WIDTH_MIN = 40, WIDTH_USUAL = 80, WIDTH_MAX = 1000 };

static bool cut; // standard output, somewhere

void cli_print(const struct text *text)
{
    cut = !file_print(STDOUT_FILENO, text->ptr, text->length) || cut;
}

void cli_mutter(const struct text *text)
{
    (void)file_print(STDERR_FILENO, text->ptr, text->length); // where else could it be said?
}

void cli_print_json(struct cli *cli, const struct value *value)
{
    struct text out = text_new(cli->arena);
    json_write_line(&out, value);
    cli_print(&out);
}

// Who reads a part must not take it for the whole.
static int end_output(struct cli *cli, int status)
{
    struct text out = text_new(cli->arena);
    if (!cut)
        return status;
    text_add(&out, "error: what was printed is cut: standard output cannot be written (a full disk?)\n"
                   "  hint: what a run did stands in the trail: playbook runs list\n");
    cli_mutter(&out);
    return status == 0 ? 1 : status;
}

void cli_say(struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *line = arena_vprintf(cli->arena, format, args);
    va_end(args);
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    wrap_line(&wrap, 0, WRAP_PLAIN, line);
    cli_print(&out);
}

static bool word_given(const struct cli *cli, const char *wanted)
{
    for (char *const *word = cli->words; *word != NULL && strcmp(*word, "--") != 0; word++)
        if (strcmp(*word, wanted) == 0)
            return true;
    return false;
}

// Was the option meant, rightly written or not? "--audit", "--audit=yes"
static bool option_meant(const struct cli *cli, const char *option)
{
    size_t length = strlen(option);
    for (char *const *word = cli->words; *word != NULL && strcmp(*word, "--") != 0; word++)
        if (strncmp(*word, option, length) == 0 && ((*word)[length] == '\0' || (*word)[length] == '='))
            return true;
    return false;
}

bool cli_json(const struct cli *cli)
{
    // A command line that could not be parsed may still ask for it.
    return options_has(&cli->options, OPT_JSON) ||
           (cli->options.command == NULL && word_given(cli, "--json"));
}

// Does the command, if it goes well, answer with a run object?
static bool is_of_run(const struct cli *cli)
{
    static const char *const commands[] = {"run",     "resume", "answer", "attest",
                                           "approve", "undo",   "replay", "apply"};
    const struct command *command = cli->options.command;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (command == NULL ? word_given(cli, commands[i]) : strcmp(command->words, commands[i]) == 0)
            return true;
    return false;
}

// A run that never began is still a run object; other commands answer with the diagnostics alone.
static void print_json(struct cli *cli, const struct view *view)
{
    const struct value *run = json_out_run(cli->arena, view);
    if (!is_of_run(cli)) {
        struct value *only = value_map(cli->arena);
        value_put(cli->arena, only, "exit", value_get(run, "exit"));
        value_put(cli->arena, only, "diagnostics", value_get(run, "diagnostics"));
        run = only;
    }
    cli_print_json(cli, run);
}

static struct view *failed_view(struct cli *cli)
{
    struct view *view = view_new(cli->arena);
    bool rehearses = option_meant(cli, "--dry-run") || text_is(*cli->words, "replay");
    view->mode = option_meant(cli, "--audit") ? "audit" : rehearses ? "dry-run" : "live";
    return view;
}

const struct value *cli_diagnostics(struct arena *arena, const struct err_list *list)
{
    struct view *view = view_new(arena);
    for (size_t i = 0; i < list->count; i++)
        view_diagnose(view, &list->items[i]);
    return value_get(json_out_run(arena, view), "diagnostics");
}

int cli_fail(struct cli *cli, const struct err *err)
{
    if (cli_json(cli)) {
        struct view *view = failed_view(cli);
        view_fail(view, err);
        print_json(cli, view);
    } else {
        struct text out = text_new(cli->arena);
        diag_out_err(&out, &cli->messages, err);
        cli_mutter(&out);
    }
    return err_exit_status(err->code);
}

int cli_fail_all(struct cli *cli, const struct err_list *list)
{
    int status = 2;
    struct view *view = failed_view(cli);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].severity == ERR_ERROR) {
            view_fail(view, &list->items[i]);
            if (view->exit == 1) // a file that fails as it is read: no run was there that could
                view->exit = 2;
            status = view->exit;
        } else {
            view_diagnose(view, &list->items[i]);
        }
    if (cli_json(cli)) {
        print_json(cli, view);
    } else {
        struct text out = text_new(cli->arena);
        diag_out_list(&out, &cli->messages, list);
        cli_mutter(&out);
    }
    return status;
}

// What stands in a file on disk, or NULL; read once for all lines of it that follow each other. What was read
// from a pipe is not asked for again.
static const char *shown_of(struct cli *cli, const char *file)
{
    struct err ignored;
    size_t length;
    if (!text_is(cli->shown_file, file)) {
        cli->shown_file = arena_strdup(cli->arena, file);
        cli->shown = file_load(cli->arena, file, SOURCE_MAX, &length, &ignored);
    }
    return cli->shown;
}

// A line of a file of the catalogue or on disk, or NULL.
static const char *source_line(void *context, const char *file, int line)
{
    struct cli *cli = context;
    struct err err;
    const struct catalog_file *known =
        cli->config == NULL ? NULL : catalog_find(open_catalog(cli), file, &err);
    const char *bytes = known != NULL ? known->bytes : shown_of(cli, file);
    for (int i = 1; bytes != NULL && i < line; i++) {
        bytes = strchr(bytes, '\n');
        bytes = bytes == NULL ? NULL : bytes + 1;
    }
    return bytes == NULL ? NULL : arena_strndup(cli->arena, bytes, strcspn(bytes, "\r\n"));
}

static const struct procedure_clause *find_clause(const struct cli *cli, const char *id)
{
    return cli->procedure == NULL ? NULL : procedure_find(cli->procedure, id);
}

static const char *clause_text(void *context, const char *id)
{
    const struct procedure_clause *clause = find_clause(context, id);
    return clause == NULL ? NULL : clause->text;
}

static size_t clause_rank(void *context, const char *id)
{
    const struct cli *cli = context;
    const struct procedure_clause *clause = find_clause(cli, id);
    return clause == NULL ? SIZE_MAX : (size_t)(clause - cli->procedure->clauses);
}

// COLUMNS, which shells keep to themselves unless told to export it, is somebody's wish. Without it lines are
// no wider than is good to read, nor than the terminal; what goes into a file or a pipe is the same on every
// machine.
static int width_of(int fd)
{
    const char *wish = env_get("COLUMNS");
    char *end;
    long wished = wish == NULL ? 0 : strtol(wish, &end, 10);
    if (wished >= WIDTH_MIN && wished <= WIDTH_MAX && *end == '\0')
        return (int)wished;
    int width = env_columns(fd);
    return width == 0 || width > WIDTH_USUAL ? WIDTH_USUAL : width < WIDTH_MIN ? WIDTH_MIN : width;
}

static struct screen screen_for(struct cli *cli, int fd)
{
    return (struct screen){
        .context = cli,
        .clause_text = clause_text,
        .clause_rank = clause_rank,
        .source_line = source_line,
        .width = width_of(fd),
        .colour = env_is_terminal(fd) && env_get("NO_COLOR") == NULL && env_get("TERM") != NULL &&
                  strcmp(env_get("TERM"), "dumb") != 0,
    };
}

// PLAYBOOK_FAULT=k:7, for tests of builds that have it: see fault_set.
static void order_fault(void)
{
#ifdef PLAYBOOK_FAULTS
    const char *order = env_get("PLAYBOOK_FAULT");
    if (order != NULL && order[0] != '\0' && order[1] == ':')
        fault_set(order[0], (unsigned)strtoul(order + 2, NULL, 10));
#endif
}

static int run_command(struct cli *cli)
{
    struct err err;
    struct text out = text_new(cli->arena);
    if (!options_parse(cli->arena, cli->words, &cli->options, &err)) {
        // "alert --help" is no command, but it is clear what is wanted.
        bool asked = word_given(cli, "--help") || word_given(cli, "-h");
        if (!asked || !help_commands(&out, cli->out.width, cli->words[0]))
            return cli_fail(cli, &err);
        cli_print(&out);
        return 0;
    }
    bool asked = options_has(&cli->options, OPT_HELP);
    if (cli->options.command == NULL) {
        help_all(&out, cli->out.width);
        asked ? cli_print(&out) : cli_mutter(&out);
        return asked ? 0 : 2;
    }
    if (asked) {
        (void)help_commands(&out, cli->out.width, cli->options.command->words);
        cli_print(&out);
        return 0;
    }
    cli->state = dirs_state(cli->arena, &cli->options);
    cli->config = dirs_config(cli->arena);
    return cli->options.command->run(cli);
}

int cli_main(int argc, char **argv)
{
    static char *const nothing[] = {NULL};
    file_hold_standard();
    interrupt_install();
    order_fault();
    struct cli cli = {
        .arena = arena_open(),
        .words = argc > 0 ? argv + 1 : nothing,
        .program = argc > 0 && strchr(argv[0], '/') != NULL ? argv[0] : "playbook",
        .out = screen_for(&cli, STDOUT_FILENO),
        .messages = screen_for(&cli, STDERR_FILENO),
    };
    int status = end_output(&cli, run_command(&cli));
    arena_close(cli.arena);
    return status;
}
