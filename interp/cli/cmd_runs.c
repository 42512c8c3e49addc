// The commands runs list and runs show: what ran, and what one run came to, read back from the trail.
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_pick.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/json.h"
#include "data/value.h"
#include "report/json_out.h"
#include "report/text_out.h"
#include "report/view.h"
#include "report/wrap.h"
#include "trail/entry.h"

struct listing {
    struct arena *arena, *scratch;
    struct value **rows; // oldest first
    size_t count, size;
};

static void add_row(struct listing *listing, const struct value *line)
{
    static const char *const members[] = {"run", "playbook", "version", "mode"};
    struct arena *arena = listing->arena;
    struct value *row = value_map(arena);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        value_put_text(arena, row, members[i], value_text_at(line, members[i]));
    value_put_text(arena, row, "status", "running");
    value_put_text(arena, row, "alert", value_text_at(line, "alert.id"));
    value_put_text(arena, row, "started", value_text_at(line, "time"));
    value_put(arena, row, "finished", &value_null);
    if (listing->count == listing->size) {
        size_t size = listing->size == 0 ? 64 : listing->size * 2;
        listing->rows = arena_grow(arena, listing->rows, listing->count, size, sizeof *listing->rows);
        listing->size = size;
    }
    listing->rows[listing->count++] = row;
}

// Its newest run.finished says how it ended (`status` NULL); a run.resumed behind that, that it goes on.
static void end_row(struct listing *listing, const struct value *line, const char *status)
{
    const char *run = value_text_at(line, "run");
    for (size_t i = listing->count; run != NULL && i-- > 0;)
        if (strcmp(value_text_at(listing->rows[i], "run"), run) == 0) {
            value_put_text(listing->arena, listing->rows[i], "status",
                           status != NULL ? status : value_text_at(line, "status"));
            bool goes_on = status != NULL && strcmp(status, "running") == 0;
            value_put_text(listing->arena, listing->rows[i], "finished",
                           goes_on ? NULL : value_text_at(line, "time"));
            return;
        }
}

static void each(void *context, const struct entry *entry, const char *bytes, size_t length)
{
    struct listing *listing = context;
    bool started = entry_is(entry, "run.started");
    const char *status = entry_is(entry, "run.resumed")  ? "running"
                         : entry_is(entry, "run.undone") ? "undone"
                                                         : NULL;
    if (!started && status == NULL && !entry_is(entry, "run.finished"))
        return;
    struct arena *scratch = arena_open();
    const struct value *line = json_parse_own(scratch, "log.jsonl", bytes, length, NULL);
    if (line != NULL && started)
        add_row(listing, line);
    else if (line != NULL)
        end_row(listing, line, status);
    arena_close(scratch);
}

static enum wrap_style style_of(const char *status)
{
    return strcmp(status, "done") == 0                                       ? WRAP_GREEN
           : strcmp(status, "failed") == 0 || strcmp(status, "refused") == 0 ? WRAP_RED
                                                                             : WRAP_YELLOW;
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
              arena_printf(arena, "%s %s%s%s", value_text_at(row, "playbook"), value_text_at(row, "version"),
                           alert == NULL ? "" : ", alert ", alert == NULL ? "" : alert));
}

int cmd_runs_list(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    struct listing listing = {.arena = cli->arena};
    if (!audit_verify(cli, each, &listing, &report, &err))
        return cli_fail(cli, &err);
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    if (cli_json(cli)) {
        struct value *list = value_list_sized(cli->arena, listing.count);
        for (size_t i = 0; i < listing.count; i++)
            value_append(cli->arena, list, listing.rows[i]);
        json_write(&out, list);
        text_addc(&out, '\n');
    } else {
        for (size_t i = 0; i < listing.count; i++)
            print_row(&wrap, listing.rows[i]);
        if (listing.count == 0)
            wrap_line(&wrap, 0, WRAP_PLAIN, "No run yet.");
    }
    cli_print(&out);
    return 0;
}

static struct view *view_of(struct cli *cli, const struct audit_pick *pick,
                            const struct verify_report *report, struct err *err)
{
    struct view *view = view_new(cli->arena);
    view->run = pick->run_id;
    view->first = (int64_t)pick->run.items[0].seq;
    view->last = (int64_t)pick->run.items[pick->run.count - 1].seq;
    view->root = crypto_base64(cli->arena, report->root, TREE_HASH);
    for (size_t i = 0; i < pick->run.count; i++) {
        const struct bundle_line *line = &pick->run.items[i];
        const struct value *members = json_parse_own(cli->arena, "log.jsonl", line->line, line->length, err);
        if (members == NULL)
            return NULL;
        view_take(view, value_text_at(members, "type"), members);
    }
    return view;
}

static const char *no_text(void *context, const char *id)
{
    (void)context;
    (void)id;
    return NULL;
}

int cmd_runs_show(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    bool is_run;
    struct audit_pick pick = audit_pick_new(cli->arena, cli->options.arguments[0]);
    if (!audit_verify(cli, audit_pick_each, &pick, &report, &err) ||
        audit_pick_found(&pick, &is_run, &err) == NULL)
        return cli_fail(cli, &err);
    if (!is_run) {
        err_set(&err, E_UNKNOWN_NAME, "%s is a line of the trail and no run", pick.word);
        err_hint(&err, "playbook audit show %s shows it", pick.word);
        return cli_fail(cli, &err);
    }
    struct view *view = view_of(cli, &pick, &report, &err);
    if (view == NULL)
        return cli_fail(cli, &err);
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        text_add(&out, json_out_text(cli->arena, view));
    } else {
        struct screen screen = cli->out;
        screen.clause_text = no_text;
        text_add(&out, text_out_head(cli->arena, &screen, view));
        text_add(&out, text_out_result(cli->arena, &screen, view));
    }
    cli_print(&out);
    return 0;
}
