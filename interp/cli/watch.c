// Shows runs. Everything that it shows comes from records. Invariant: what is shown on the way goes to
// standard error, except the head, which begins standard output, so that a saved result says what it is
// about.
#include "cli/watch.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/prompt.h"
#include "cli/run_rows.h"
#include "cli/session.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "report/json_out.h"
#include "report/progress.h"
#include "report/shell.h"
#include "report/text_out.h"
#include "report/view.h"
#include "report/wrap.h"
#include "run/engine.h"
#include "run/prepare.h"

enum { PATIENCE_S = 10 };

const char *const *watch_common(struct cli *cli)
{
    static const enum option common[] = {OPT_PROFILE, OPT_STATE, OPT_LIB, OPT_LANG};
    size_t count = 0;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        for (const char *const *value = options_values(&cli->options, common[i]); *value != NULL; value++)
            count += 2;
    const char **words = ARENA_ARRAY(cli->arena, const char *, count + 1);
    count = 0;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        for (const char *const *value = options_values(&cli->options, common[i]); *value != NULL; value++) {
            words[count++] = arena_printf(cli->arena, "--%s", options_row(common[i])->name);
            words[count++] = *value;
        }
    return words;
}

const char *const *watch_command(struct cli *cli, const char *const *begin, size_t begin_count)
{
    const char *const *common = watch_common(cli);
    size_t count = 0;
    while (common[count] != NULL)
        count++;
    const char **words = ARENA_ARRAY(cli->arena, const char *, begin_count + count + 1);
    memcpy(words, begin, begin_count * sizeof *words);
    memcpy(words + begin_count, common, count * sizeof *words);
    return words;
}

// The run's own command without what makes its mode or answers its questions. What is undone goes by its id:
// by the time that the command is used, `last` is this run.
static const char *const *command_of(const struct watch *watch)
{
    struct cli *cli = watch->cli;
    const char *undoes = watch->view->undoes;
    size_t count = 2 + cli->options.argument_count, used = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        for (const char *const *value = options_values(&cli->options, (enum option)i); *value != NULL;
             value++)
            count += 2;
    const char **words = ARENA_ARRAY(cli->arena, const char *, count + 1);
    words[used++] = cli->program;
    words[used++] = cli->options.command->words;
    for (size_t i = 0; i < cli->options.argument_count; i++)
        words[used++] = undoes != NULL ? undoes : cli->options.arguments[i];
    for (int i = 0; i < OPTION_COUNT; i++) {
        enum option option = (enum option)i;
        if (option == OPT_DRY_RUN || option == OPT_AUDIT || option == OPT_ANSWER || option == OPT_EXPLORE ||
            option == OPT_JSON || option == OPT_APPROVE_ALL || option == OPT_PLAN_OUT)
            continue;
        for (const char *const *value = options_values(&cli->options, option); *value != NULL; value++) {
            words[used++] = arena_printf(cli->arena, "--%s", options_row(option)->name);
            if (options_row(option)->argument[0] != '\0')
                words[used++] = *value;
        }
    }
    return words;
}

// A parameter's value as --param takes it; NULL: it is what it is when left out, or cannot be given there.
static const char *param_word(struct arena *arena, const struct schema_field *field,
                              const struct value *value)
{
    const struct value *otherwise = field->schema->otherwise;
    if (value == NULL || value_is_null(value) || (otherwise != NULL && value_equal(value, otherwise)))
        return NULL;
    bool list = value_is(value, VALUE_LIST), text = value_text(value) != NULL;
    for (size_t i = 0; list && i < value->count; i++)
        list = value_text(value->items[i]) != NULL;
    if (!list && (value_is(value, VALUE_LIST) || value_is(value, VALUE_MAP)))
        return NULL;
    return arena_printf(arena, "%s=%s", field->name,
                        list   ? value_join(arena, value, ",")
                        : text ? value_text(value)
                               : json_text(arena, value));
}

// Of a run that was gone on with: the command that would begin it.
static const char *const *command_anew(const struct watch *watch)
{
    const struct view *view = watch->view;
    const struct schema *params = watch->request->playbook->playbook->params;
    const char *alert = view->alert_file != NULL ? view->alert_file : value_text_at(view->alert, "id"),
               *const *common = watch->screen.common;
    bool named = view->file != NULL && !text_starts(view->file, "playbooks/"); // not one of the library's
    const char *const run[] = {"run", named ? view->file : view->playbook, alert == NULL ? NULL : "--alert",
                               alert, NULL};
    const char *const undo[] = {"undo", view->undoes, view->undoes_step == NULL ? NULL : "--step",
                                view->undoes_step, view->forced ? "--force" : NULL};
    const char *const *own = view->undoes != NULL ? undo : run;
    size_t count = 0, used = 0;
    while (common[count] != NULL)
        count++;
    const char **words = ARENA_ARRAY(watch->arena, const char *, count + 7 + 2 * params->field_count);
    words[used++] = watch->cli->program;
    for (size_t i = 0; i < sizeof undo / sizeof *undo; i++)
        if (own[i] != NULL)
            words[used++] = own[i];
    for (size_t i = 0; view->undoes == NULL && i < params->field_count; i++) {
        const struct schema_field *field = &params->fields[i];
        const char *word = param_word(watch->arena, field, value_get(watch->request->params, field->name));
        if (word == NULL)
            continue;
        words[used++] = "--param";
        words[used++] = word;
    }
    for (size_t i = 0; i < count; i++)
        words[used++] = common[i];
    return words;
}

void watch_begin(struct watch *watch, struct cli *cli, struct arena *arena, const struct procedure *procedure,
                 bool quiet)
{
    *watch = (struct watch){.cli = cli,
                            .arena = arena,
                            .screen = cli->out,
                            .heard_ns = clock_monotonic_ns(),
                            .patience_s = PATIENCE_S};
    cli->procedure = procedure;
    if (!quiet)
        watch->progress = progress_new(arena, cli->messages.width, cli->messages.colour);
}

// Who answers an alert that was answered before should look at that first; what does not come out here is
// told by the run itself.
static void add_others(struct watch *watch, struct text *out, const struct value *alert)
{
    struct cli *cli = watch->cli;
    struct arena *arena = out->arena;
    struct err ignored;
    struct run_rows rows = {.arena = arena, .trail = watch->session == NULL ? NULL : watch->session->trail};
    const char *id = value_text_at(alert, "id");
    if (rows.trail == NULL || id == NULL ||
        !run_rows_about(&rows, cli->state, id, watch->session->settings.profile, &ignored))
        return;
    const struct value *shown = NULL;
    size_t others = 0;
    for (size_t i = rows.count; i-- > 0;)
        if (!text_same(value_text_at(rows.items[i], "run"), watch->view->run)) {
            others++;
            if (shown == NULL || (run_rows_is_open(rows.items[i]) && !run_rows_is_open(shown)))
                shown = rows.items[i];
        }
    if (others == 0)
        return;
    const char *const begin[] = {cli->program, "runs", "show", value_text_at(shown, "run")};
    struct wrap wrap = wrap_new(out, watch->screen.width, watch->screen.colour);
    wrap_line(&wrap, 0, WRAP_YELLOW,
              others == 1 ? arena_printf(
                                arena, "This alert has another live run, %s:", value_text_at(shown, "status"))
                          : arena_printf(arena, "This alert has %zu other live runs; %s, %s:", others,
                                         run_rows_is_open(shown) ? "one that is not over" : "the newest",
                                         value_text_at(shown, "status")));
    shell_add_command(out, watch_command(cli, begin, sizeof begin / sizeof *begin), 2, wrap.width);
    wrap_blank(&wrap);
}

void watch_record(void *context, const char *type, const struct value *members)
{
    struct watch *watch = context;
    // Earlier goings-on are told as the lines that they are in the trail, this one is on its way there.
    if (strcmp(type, "run.resumed") == 0 && value_get(members, "seq") == NULL)
        watch->catching_up = false;
    if (strcmp(type, "read") != 0) { // of which a wait may be made
        watch->heard_ns = clock_monotonic_ns();
        watch->patience_s = PATIENCE_S;
    }
    if (watch->progress == NULL || (watch->catching_up && strcmp(type, "run.started") != 0))
        return;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    if (strcmp(type, "run.started") == 0) {
        struct view head = *watch->view;
        if (!watch->catching_up)
            head.run = NULL; // comes with the result
        text_add(&out, text_out_head(arena, &watch->screen, &head));
        add_others(watch, &out, value_get(members, "alert"));
        cli_print(&out);
    } else {
        progress_take(watch->progress, &out, type, members);
        watch->told = watch->told || out.length > 0;
        cli_mutter(&out);
    }
    arena_close(arena);
}

void watch_waits(void *context, const char *path, const char *what)
{
    struct watch *watch = context;
    int64_t quiet_s = (clock_monotonic_ns() - watch->heard_ns) / 1000000000;
    if (watch->progress == NULL || quiet_s < watch->patience_s)
        return;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    progress_wait(watch->progress, &out, path, quiet_s, what);
    cli_mutter(&out);
    arena_close(arena);
    watch->told = true;
    watch->patience_s = quiet_s * 2;
}

void watch_show(struct watch *watch, bool offer)
{
    struct text rest = text_new(watch->arena);
    progress_end(watch->progress, &rest);
    if (watch->told || rest.length > 0)
        text_addc(&rest, '\n');
    cli_mutter(&rest);
    if (offer) {
        watch->screen.common = watch_common(watch->cli);
        watch->screen.command = strcmp(watch->cli->options.command->words, "run") == 0 ||
                                        strcmp(watch->cli->options.command->words, "undo") == 0
                                    ? command_of(watch)
                                    : command_anew(watch);
        watch->screen.preview_flag = "--dry-run";
        watch->screen.judge_flag = "--audit";
        watch->screen.approve_flag = watch->approvals ? "--approve-all" : NULL;
        watch->screen.asked =
            prompt_possible(watch->cli) && !options_has(&watch->cli->options, OPT_UNATTENDED);
        watch->screen.answers = options_values(&watch->cli->options, OPT_ANSWER);
    }
    struct text out = text_new(watch->arena);
    text_add(&out, text_out_result(watch->arena, &watch->screen, watch->view));
    cli_print(&out);
}

void watch_print_json(struct watch *watch)
{
    const struct text out = json_out_text(watch->arena, watch->view);
    cli_print(&out);
}
