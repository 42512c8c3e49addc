// The command runs list: what ran, read back from the trail.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/run_rows.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/mode.h"
#include "report/wrap.h"
#include "trail/trail.h"

static enum wrap_style style_of(const char *status)
{
    return strcmp(status, "done") == 0                                       ? WRAP_GREEN
           : strcmp(status, "failed") == 0 || strcmp(status, "refused") == 0 ? WRAP_RED
                                                                             : WRAP_YELLOW;
}

// The run that it is about, and who ended it.
static const char *other_of(struct arena *arena, const struct value *row)
{
    const char *undoes = value_text_at(row, "undoes"), *replays = value_text_at(row, "replays"),
               *stopped_by = value_text_at(row, "stopped_by");
    return arena_printf(arena, "%s%s%s%s",
                        undoes != NULL    ? ", undoes "
                        : replays != NULL ? ", replays "
                                          : "",
                        undoes != NULL    ? undoes
                        : replays != NULL ? replays
                                          : "",
                        stopped_by != NULL ? ", stopped by " : "", stopped_by != NULL ? stopped_by : "");
}

static void print_row(struct wrap *wrap, const struct value *row)
{
    struct arena *arena = wrap->out->arena;
    const char *started = value_text_at(row, "started"), *alert = value_text_at(row, "alert");
    const char *status = value_text_at(row, "status");
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, WRAP_BOLD, value_text_at(row, "run"));
    wrap_tab(wrap, 25);
    wrap_put(wrap, WRAP_DIM,
             arena_printf(arena, "%.10s %.8s", started, strlen(started) > 11 ? started + 11 : ""));
    wrap_tab(wrap, 46);
    wrap_put(wrap, style_of(status), status);
    wrap_tab(wrap, 59);
    wrap_put(wrap, WRAP_PLAIN, value_text_at(row, "mode"));
    wrap_end(wrap);
    wrap_line(wrap, 2, WRAP_PLAIN,
              arena_printf(arena, "%s %s%s%s%s", value_text_at(row, "playbook"),
                           value_text_at(row, "version"), alert == NULL ? "" : ", alert ",
                           alert == NULL ? "" : alert, other_of(arena, row)));
}

static bool check(struct arena *arena, const struct run_rows_wanted *wanted, struct err *err)
{
    static const char *const words[] = {"done",   "failed",  "waiting",     "refused", "gaps",
                                        "undone", "running", "interrupted", NULL};
    enum mode mode;
    if (wanted->mode != NULL && !mode_from_word(wanted->mode, &mode)) {
        err_set(err, E_USAGE, "%s is no mode", wanted->mode);
        err_hint(err, "live, dry-run and audit are");
        return false;
    }
    if (wanted->status == NULL || text_is_one_of(wanted->status, words))
        return true;
    err_set(err, E_USAGE, "no run is %s", wanted->status);
    if (err_suggest(err, wanted->status, words) == NULL)
        err_hint(err, "they are %s", text_join(arena, words, ", "));
    return false;
}

// A profile goes by the name of its file, too.
static const char *profile_of(struct arena *arena, const char *word)
{
    static const char suffix[] = ".yaml";
    if (word == NULL || !text_ends(word, suffix))
        return word;
    const char *slash = strrchr(word, '/'), *name = slash == NULL ? word : slash + 1;
    return arena_strndup(arena, name, strlen(name) - (sizeof suffix - 1));
}

int cmd_runs_list(struct cli *cli)
{
    struct err err = {0};
    const struct options *options = &cli->options;
    const struct run_rows_wanted wanted = {
        .status = options_value(options, OPT_STATUS),
        .mode = options_value(options, OPT_MODE),
        .alert = options_value(options, OPT_OF_ALERT),
        .playbook = options_value(options, OPT_OF_PLAYBOOK),
        .profile = profile_of(cli->arena, options_value(options, OPT_PROFILE)),
    };
    struct run_rows rows = {.arena = cli->arena};
    bool ok = check(cli->arena, &wanted, &err) && (rows.trail = open_trail_to_read(cli, &err)) != NULL &&
              run_rows_all(&rows, cli->state, &err);
    trail_close(rows.trail);
    if (!ok)
        return cli_fail(cli, &err);
    bool any = rows.count > 0;
    run_rows_keep(&rows, &wanted);
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    if (cli_json(cli)) {
        json_write_line(&out, run_rows_list(&rows));
    } else {
        for (size_t i = 0; i < rows.count; i++)
            print_row(&wrap, rows.items[i]);
        if (rows.count == 0)
            wrap_line(&wrap, 0, WRAP_PLAIN, any ? "No such run." : "No run yet.");
    }
    cli_print(&out);
    return 0;
}
