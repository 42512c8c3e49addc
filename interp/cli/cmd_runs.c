// The command runs show: what one run came to, read back from the trail.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/settings.h"
#include "cli/watch.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/mode.h"
#include "policy/profile.h"
#include "report/json_out.h"
#include "report/people.h"
#include "report/text_out.h"
#include "report/view.h"
#include "report/wrap.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/claim.h"
#include "trail/trail.h"

static bool show_line(void *context, const struct value *line)
{
    struct view *view = context;
    if (text_same(value_text_at(line, "run"), view->run))
        view_take(view, value_text_at(line, "type"), line);
    return true;
}

// What was taken back in part, at a step or because a lease ended, closes no run. In *words: the runs that
// did it.
static bool take_back(struct cli *cli, struct trail *trail, struct view *view, const char **words,
                      struct err *err)
{
    struct arena *arena = cli->arena;
    const struct value *undoings = undo_runs(arena, trail, view->run, err);
    bool ok = undoings != NULL;
    for (size_t i = 0; ok && i < value_count(undoings); i++) {
        struct view *undoing = view_new(arena);
        undoing->run = value_text_at(value_item(undoings, i), "run");
        ok = trail_replay(trail, arena, trail_needle(arena, "run", undoing->run), show_line, undoing, err);
        if (ok && view_take_undoing(view, undoing))
            *words = *words == NULL ? undoing->run : arena_printf(arena, "%s, %s", *words, undoing->run);
    }
    return ok;
}

// NULL: the word means no run, or more than one, or the trail does not verify.
static struct view *view_of(struct cli *cli, const char *word, const char **undone_by, struct err *err)
{
    struct view *view = view_new(cli->arena);
    struct trail *trail = open_trail_to_read(cli, err);
    view->run = trail == NULL ? NULL : recall_find(cli->arena, trail, word, err);
    bool ok =
        view->run != NULL &&
        trail_replay(trail, cli->arena, trail_needle(cli->arena, "run", view->run), show_line, view, err) &&
        take_back(cli, trail, view, undone_by, err);
    if (ok) {
        struct err ignored;
        const struct value *alert = trail_blob_value(trail, cli->arena, view->alert, &ignored);
        view->alert = alert == NULL ? view->alert : alert;
        struct trail_extent extent = trail_extent(trail, cli->arena, view->run);
        view->first = extent.first;
        view->last = extent.last;
        view->root = extent.root;
    }
    trail_close(trail);
    return ok ? view : NULL;
}

// A run without an end: at work, or cut off.
static void find_out(struct cli *cli, struct view *view)
{
    enum { NOT_OVER = 3, KILLED = 137 };
    const char *process;
    if (view->finished)
        return;
    bool held = claim_is_held(cli->arena, cli->state, view->run, &process);
    view->status = held ? "running" : "interrupted";
    view->exit = held ? NOT_OVER : KILLED;
}

// Is something still there that could be taken back?
static bool still_stands(const struct view *view)
{
    for (size_t i = 0; i < view->effect_count; i++)
        if (view->effects[i].reversible && text_same(view->effects[i].status, "applied"))
            return true;
    return false;
}

// Can somebody go on with it?
static bool goes_on(const struct view *view)
{
    static const char *const open[] = {"waiting", "interrupted", "failed", NULL};
    return mode_word_sends(view->mode) && text_is_one_of(view->status, open) && view->undone_by == NULL &&
           view->stopped_by == NULL;
}

// What every command about it takes: also the profile that it was begun under, where that is not the one
// without a word.
static const char *const *common_of(struct cli *cli, const struct view *view)
{
    struct settings settings;
    struct err ignored;
    const char *const profile[] = {"--profile", view->profile};
    bool known = view->profile == NULL || options_has(&cli->options, OPT_PROFILE) ||
                 (settings_load(cli, &settings, &ignored) &&
                  text_same(settings.profile->name, view->profile) && settings.profile->lab == view->lab);
    return known ? watch_common(cli) : watch_command(cli, profile, sizeof profile / sizeof *profile);
}

// What became of it, where its own result does not say so.
static void add_state(struct cli *cli, struct text *out, const struct view *view, const char *undone_by)
{
    struct wrap wrap = wrap_new(out, cli->out.width, cli->out.colour);
    const char *words = NULL;
    if (view->undone_by != NULL)
        words = arena_printf(cli->arena, "Undone by %s.", view->undone_by);
    else if (view->stopped_by != NULL)
        words = arena_printf(cli->arena, "Stopped by %s: nobody can go on with it.", view->stopped_by);
    else if (strcmp(view->status, "running") == 0)
        words = "Running: a process is at work on it.";
    else if (strcmp(view->status, "interrupted") == 0)
        words = view->finished ? "Interrupted." : "Interrupted: its process ended before the run did.";
    else if (goes_on(view))
        words = strcmp(view->status, "waiting") == 0 ? "Waiting for a person." : "Failed.";
    if (words != NULL)
        wrap_line(&wrap, 0, WRAP_BOLD, words);
    if (undone_by != NULL && view->undone_by == NULL)
        wrap_line(
            &wrap, 0, WRAP_BOLD,
            arena_printf(cli->arena, "Undone%s by %s.", still_stands(view) ? " in part" : "", undone_by));
    if (words != NULL || undone_by != NULL)
        wrap_blank(&wrap);
}

// The run object of `run --json`, whose words for a status are those of runs that ended. One at work is not
// over, which is what "waiting" and exit 3 say; what else there is to say stands beside.
static void add_object(struct cli *cli, struct text *out, struct view *view)
{
    bool running = !view->finished && strcmp(view->status, "running") == 0;
    view->status = running ? "waiting" : view->status;
    const struct value *object = json_out_run(cli->arena, view);
    struct value *whole = value_map_sized(cli->arena, object->count + 3);
    value_put_all(cli->arena, whole, object);
    if (running)
        value_put(cli->arena, whole, "running", &value_true);
    if (view->undone_by != NULL)
        value_put_text(cli->arena, whole, "undone_by", view->undone_by);
    if (view->stopped_by != NULL)
        value_put_text(cli->arena, whole, "stopped_by", view->stopped_by);
    json_write(out, whole);
    text_addc(out, '\n');
}

int cmd_runs_show(struct cli *cli)
{
    struct err err = {0};
    const char *undone_by = NULL;
    struct view *view = view_of(cli, cli->options.arguments[0], &undone_by, &err);
    if (view == NULL)
        return cli_fail(cli, &err);
    find_out(cli, view);
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        add_object(cli, &out, view);
    } else {
        struct watch watch;
        const char *const command[] = {cli->program, NULL}; // what begins it anew is not offered
        watch_begin(&watch, cli, cli->arena, open_procedure_of(cli, view), true);
        watch.screen.common = common_of(cli, view);
        if (goes_on(view) && view->step_count > 0)
            watch.screen.command = command;
        text_add(&out, text_out_head(cli->arena, &watch.screen, view));
        add_state(cli, &out, view, undone_by);
        struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
        people_print_decided(&wrap, view);
        text_add(&out, text_out_result(cli->arena, &watch.screen, view));
    }
    cli_print(&out);
    return 0;
}
