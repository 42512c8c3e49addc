// The command audit report: a run as one page for somebody else. The log is read twice: first to verify it
// and to learn which run is meant, then for its lines and those of the runs that undo it. Invariant: what is
// written is from lines that verified both times.

#include "base/arena.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_pick.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/watch.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/procedure.h"
#include "policy/mode.h"
#include "report/handover.h"
#include "report/view.h"
#include "trail/blob.h"
#include "trail/entry.h"

enum { UNDOINGS_MAX = 1000 };

struct reported {
    struct arena *arena;
    const char *run;
    uint64_t size; // lines that were verified before
    struct view *view;
    struct value *lines;
    struct view **undoings; // in the order in which they began
    const struct value **starts;
    size_t undoing_count;
    struct err err; // the first that went wrong
};

static struct view *undoing_of(const struct reported *reported, const struct entry *entry)
{
    for (size_t i = 0; i < reported->undoing_count; i++)
        if (entry_is_of(entry, reported->undoings[i]->run))
            return reported->undoings[i];
    return NULL;
}

// Does the line begin a run that undoes this one, and not only rehearses that?
static bool begins_undoing(struct reported *reported, const struct entry *entry, const struct value *line)
{
    if (!text_same(value_text_at(line, "undoes"), reported->run) ||
        !mode_word_sends(value_text_at(line, "mode")) || reported->undoing_count == UNDOINGS_MAX)
        return false;
    struct view *view = view_new(reported->arena);
    view->run = arena_strndup(reported->arena, entry->run, entry->run_length);
    reported->undoings[reported->undoing_count] = view;
    reported->starts[reported->undoing_count++] = line;
    return true;
}

static void each(void *context, const struct entry *entry, const char *bytes, size_t length)
{
    struct reported *reported = context;
    bool own = entry->has_run && entry_is_of(entry, reported->run);
    struct view *view = own ? reported->view : entry->has_run ? undoing_of(reported, entry) : NULL;
    bool starts = view == NULL && entry->has_run && entry_is(entry, "run.started");
    if (entry->seq >= reported->size || (view == NULL && !starts))
        return;
    const struct value *line = json_parse_own(
        reported->arena, NULL, arena_strndup(reported->arena, bytes, length), length, &reported->err);
    if (line == NULL)
        reported->size = 0;
    else if (starts && begins_undoing(reported, entry, line))
        view = reported->undoings[reported->undoing_count - 1];
    if (line != NULL && view != NULL)
        view_take(view, value_text_at(line, "type"), line);
    if (line != NULL && own)
        value_append(reported->arena, reported->lines, line);
}

// Verifies the trail, and finds the run that is meant.
static bool look(struct cli *cli, struct reported *reported, struct err *err)
{
    struct verify_report report;
    bool is_run;
    struct audit_pick pick = audit_pick_new(cli->arena, cli->options.arguments[0]);
    pick.unkept = true;
    if (!audit_verify(cli, audit_pick_each, &pick, &report, err) ||
        audit_pick_found(&pick, &is_run, err) == NULL)
        return false;
    if (!is_run) {
        err_set(err, E_USAGE, "%s is one line; audit report takes a run", pick.word);
        err_hint(err, "playbook audit show %s shows it", pick.word);
        return false;
    }
    *reported = (struct reported){.arena = cli->arena,
                                  .run = pick.run_id,
                                  .size = report.size,
                                  .view = view_new(cli->arena),
                                  .lines = value_list(cli->arena),
                                  .undoings = ARENA_ARRAY(cli->arena, struct view *, UNDOINGS_MAX),
                                  .starts = ARENA_ARRAY(cli->arena, const struct value *, UNDOINGS_MAX)};
    reported->view->run = pick.run_id;
    return true;
}

static bool read_run(struct cli *cli, struct reported *reported, struct verify_report *report,
                     struct err *err)
{
    if (!audit_verify(cli, each, reported, report, err))
        return false;
    if (reported->err.code != E_NONE) {
        *err = reported->err;
        return false;
    }
    struct view *view = reported->view;
    size_t count = value_count(reported->lines);
    view->first = value_int_at(value_item(reported->lines, 0), "seq", -1);
    view->last = value_int_at(value_item(reported->lines, count - 1), "seq", -1);
    for (size_t i = 0; i < reported->undoing_count; i++)
        view_take_undoing(view, reported->undoings[i]);
    // What stands beside the log is what its digest in the line says, or is not shown.
    struct err ignored;
    const char *folder = arena_printf(cli->arena, "%s/trail", cli->state);
    const struct value *alert = blob_value(cli->arena, folder, view->alert, &ignored);
    view->alert = alert == NULL ? view->alert : alert;
    return true;
}

static void write_page(struct cli *cli, const struct reported *reported, const struct verify_report *report,
                       struct text *out)
{
    const struct procedure *procedure = open_procedure_of(cli, reported->view);
    const char *language = options_value(&cli->options, OPT_LANG);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, procedure, true);
    const struct handover handover = {
        .view = reported->view,
        .lines = reported->lines,
        .undoings = (const struct view *const *)reported->undoings,
        .undoing_starts = reported->starts,
        .undoing_count = reported->undoing_count,
        .screen = &watch.screen,
        .language = language == NULL ? "en" : language,
        .procedure =
            procedure == NULL ? NULL : arena_printf(cli->arena, "%s %s", procedure->name, procedure->version),
        .origin = report->origin,
        .vkey = report->vkey,
        .checkpoint = report->note,
        .root = crypto_base64(cli->arena, report->root, TREE_HASH),
        .size = report->size};
    handover_write(out, &handover);
}

int cmd_audit_report(struct cli *cli)
{
    struct err err = {0};
    struct reported reported;
    struct verify_report report;
    const char *name = options_value(&cli->options, OPT_OUT);
    if (name == NULL && cli_json(cli)) {
        err_set(&err, E_USAGE, "audit report prints a page of HTML, unless --out names a file for it");
        err_hint(&err, "playbook runs show RUN --json prints the run as JSON");
        return cli_fail(cli, &err);
    }
    if (!look(cli, &reported, &err) || !read_run(cli, &reported, &report, &err))
        return cli_fail(cli, &err);
    struct text out = text_new(cli->arena);
    write_page(cli, &reported, &report, &out);
    if (name == NULL) {
        cli_print(&out);
        return 0;
    }
    if (!file_replace(name, out.ptr, out.length, &err))
        return cli_fail(cli, &err);
    if (!cli_json(cli)) {
        cli_say(cli, "%s tells of run %s; a browser shows and prints it", name, reported.run);
        return 0;
    }
    struct value *map = value_map(cli->arena);
    value_put_text(cli->arena, map, "file", name);
    value_put_text(cli->arena, map, "run", reported.run);
    cli_print_json(cli, map);
    return 0;
}
