// The command alert list: the alerts of the estate, or of files and folders, newest first, with the names
// that --alert takes.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/alerts.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/reader.h"
#include "cli/run_rows.h"
#include "cli/session.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/profile.h"
#include "report/wrap.h"
#include "trail/trail.h"
#include "intake/alert.h"

enum { RUNS_SHOWN = 3 };

struct entry {
    const struct value *alert;
    int64_t start_ms;         // INT64_MIN: not known
    const char *name;         // FILE, or FILE#ID
    const struct value *runs; // rows of the live runs about it, oldest first; NULL: not known
};
struct listing {
    struct cli *cli;
    struct vm *vm;
    struct entry *entries;
    size_t count;
    struct err_list *errors; // files that cannot be read do not hide the others
};

// There is room for it.
static void add_entry(struct listing *listing, const struct value *alert, const char *name)
{
    const char *start = value_text_at(alert, "start"), *end = value_text_at(alert, "end");
    const char *time = start != NULL ? start : end; // mails tell no beginning
    struct entry *entry = &listing->entries[listing->count++];
    *entry = (struct entry){.alert = alert, .start_ms = INT64_MIN, .name = name != NULL ? name : "-"};
    if (time != NULL && !clock_parse(time, &entry->start_ms))
        entry->start_ms = INT64_MIN;
}

static void add_file(struct listing *listing, const char *file)
{
    struct arena *arena = listing->cli->arena;
    const struct alerts alerts = alerts_take(listing->cli, listing->vm, file, NULL);
    size_t more = value_count(alerts.records);
    for (size_t i = 0; i < alerts.refused_count; i++)
        err_list_append(listing->errors, &alerts.refused[i]);
    listing->entries =
        arena_grow(arena, listing->entries, listing->count, listing->count + more, sizeof(struct entry));
    for (size_t i = 0; i < more; i++) {
        const struct value *alert = value_item(alerts.records, i);
        const char *id = value_text_at(alert, "id");
        bool alone = (more == 1 && alerts.refused_count == 0) || id == NULL || strchr(file, '#') != NULL;
        add_entry(listing, alert, alone ? file : arena_printf(arena, "%s#%s", file, id));
    }
}

static void add(struct listing *listing, const char *name)
{
    for (const char **file = alerts_files(listing->cli->arena, name); *file != NULL; file++)
        add_file(listing, *file);
}

static int newest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = (y->start_ms > x->start_ms) - (y->start_ms < x->start_ms);
    return order != 0 ? order : strcmp(x->name, y->name);
}

// Its type, else what it calls itself.
static const char *title_of(const struct value *alert)
{
    static const char *const fields[] = {"type", "title", "event"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (value_text_at(alert, fields[i]) != NULL)
            return value_text_at(alert, fields[i]);
    return "no type";
}

static void print_run(struct wrap *wrap, const struct value *row)
{
    const char *stopped_by = value_text_at(row, "stopped_by");
    wrap_line(wrap, 2, WRAP_CYAN,
              arena_printf(wrap->out->arena, "%s: %s run %s of %s%s%s", value_text_at(row, "status"),
                           value_text_at(row, "mode"), value_text_at(row, "run"),
                           value_text_at(row, "playbook"), stopped_by == NULL ? "" : ", stopped by ",
                           stopped_by == NULL ? "" : stopped_by));
}

// The newest come first, and whatever is not over is told.
static void print_runs(struct wrap *wrap, const struct value *runs)
{
    size_t told = 0, left_out = 0;
    for (size_t i = value_count(runs); i-- > 0;)
        if (told < RUNS_SHOWN || run_rows_is_open(value_item(runs, i))) {
            print_run(wrap, value_item(runs, i));
            told++;
        } else {
            left_out++;
        }
    if (left_out > 0)
        wrap_line(
            wrap, 2, WRAP_CYAN,
            arena_printf(wrap->out->arena, "and %zu older live run%s", left_out, left_out == 1 ? "" : "s"));
}

static void print_one(struct wrap *wrap, const struct entry *entry)
{
    struct arena *arena = wrap->out->arena;
    const struct value *alert = entry->alert;
    const char *start = "-", *severity = value_text_at(alert, "severity");
    const char *resource = value_text_at(alert, "resource.name");
    if (entry->start_ms != INT64_MIN) // to the second
        start = arena_printf(arena, "%.19sZ", clock_rfc3339(arena, entry->start_ms));
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, WRAP_PLAIN, start);
    wrap_tab(wrap, 22);
    wrap_put(wrap, WRAP_PLAIN, severity != NULL ? severity : "-");
    wrap_tab(wrap, 37);
    wrap_put(wrap, WRAP_BOLD, title_of(alert));
    if (resource != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " on %s", resource));
    if (value_flag_at(alert, "simulated"))
        wrap_put(wrap, WRAP_DIM, " (a test)");
    wrap_end(wrap);
    // Not broken: it is there to be copied.
    struct wrap whole = wrap_new(wrap->out, INT_MAX / 2, wrap->colour);
    wrap_line(&whole, 2, WRAP_DIM, entry->name);
    print_runs(wrap, entry->runs);
}

static const struct value *as_json(struct arena *arena, const struct entry *entry)
{
    const struct value *alert = alert_without_raw(arena, entry->alert);
    if (entry->runs == NULL)
        return alert;
    struct value *whole = value_map_sized(arena, value_count(alert) + 1);
    value_put_all(arena, whole, alert);
    value_put(arena, whole, "runs", entry->runs);
    return whole;
}

static void print(struct listing *listing, bool lab)
{
    struct cli *cli = listing->cli;
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        struct value *list = value_list(cli->arena);
        for (size_t i = 0; i < listing->count; i++)
            value_append(cli->arena, list, as_json(cli->arena, &listing->entries[i]));
        json_write_line(&out, list);
    } else {
        struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
        if (lab)
            wrap_line(&wrap, 0, WRAP_CYAN, "LAB  alerts of a simulated Azure estate inside this program");
        for (size_t i = 0; i < listing->count; i++)
            print_one(&wrap, &listing->entries[i]);
        if (listing->count == 0)
            wrap_line(&wrap, 0, WRAP_PLAIN, "No alert.");
    }
    cli_print(&out);
}

// Each alert by itself costs about what so many lines cost that are read through.
enum { LINES_AN_ALERT = 256 };

static bool find_some(struct listing *listing, struct trail *trail, const struct profile *profile,
                      struct err *err)
{
    struct cli *cli = listing->cli;
    struct run_rows all = {.arena = cli->arena, .trail = trail};
    bool at_once = trail != NULL && listing->count > trail_size(trail) / LINES_AN_ALERT,
         ok = !at_once || run_rows_live(&all, cli->state, profile, err);
    for (size_t i = 0; ok && i < listing->count; i++) {
        struct run_rows rows = {.arena = cli->arena, .trail = trail};
        const char *id = value_text_at(listing->entries[i].alert, "id");
        ok = trail == NULL || id == NULL || at_once || run_rows_about(&rows, cli->state, id, profile, err);
        if (ok)
            listing->entries[i].runs = at_once && id != NULL ? run_rows_of(&all, id) : run_rows_list(&rows);
    }
    return ok;
}

// Who has answered them already. A trail that cannot be read hides no alert.
static void find_runs(struct listing *listing, const struct profile *profile)
{
    struct err err = {0};
    struct trail *trail = open_trail_to_read(listing->cli, &err);
    bool ok = trail != NULL || err.code == E_MISSING;
    ok = ok && find_some(listing, trail, profile, &err);
    trail_close(trail);
    if (!ok)
        err_list_append(listing->errors, &err);
}

static int show(struct listing *listing, const struct profile *profile)
{
    bool lab = profile->lab && listing->cli->options.argument_count == 0;
    if (listing->count > 0)
        qsort(listing->entries, listing->count, sizeof(struct entry), newest_first);
    find_runs(listing, profile);
    bool shown = listing->count > 0 || listing->errors->errors == 0;
    if (shown)
        print(listing, lab);
    return listing->errors->errors == 0 ? 0 : alerts_fail(listing->cli, listing->errors, shown);
}

// The alerts of the profile's estate; their ids are what --alert takes.
static int add_estate(struct listing *listing, struct session *session)
{
    struct cli *cli = listing->cli;
    struct err err = {0};
    const struct value *alerts =
        session_reach(session, &err) ? reader_alerts(session, listing->errors, &err) : NULL;
    if (alerts == NULL)
        return cli_fail(cli, &err);
    listing->entries = ARENA_ARRAY(cli->arena, struct entry, value_count(alerts));
    for (size_t i = 0; i < value_count(alerts); i++)
        add_entry(listing, value_item(alerts, i), value_text_at(value_item(alerts, i), "id"));
    return 0;
}

int cmd_alert_list(struct cli *cli)
{
    struct err err;
    struct session session;
    struct listing listing = {.cli = cli, .errors = err_list_new(cli->arena)};
    if (!session_open(cli, &session, &err)) {
        session_close(&session);
        return cli_fail(cli, &err);
    }
    listing.vm = session.vm;
    int status = cli->options.argument_count > 0 ? 0 : add_estate(&listing, &session);
    for (size_t i = 0; i < cli->options.argument_count; i++)
        add(&listing, cli->options.arguments[i]);
    if (status == 0)
        status = show(&listing, session.settings.profile);
    session_close(&session);
    return status;
}
