// The command audit search: lines of the trail by time, run, suspect, operator, resource, clause, primitive,
// mode and outcome. All that are given must fit.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/mode.h"
#include "report/trail_out.h"
#include "report/wrap.h"
#include "trail/blob.h"
#include "trail/bundle.h"
#include "trail/entry.h"

// What the lines of a run have in common.
struct origin {
    struct origin *next;
    const char *run;
    bool fits; // its mode and its suspect
};

struct search {
    struct arena *arena, *scratch;
    const char *folder; // of the trail
    const char *run, *actor, *by, *resource, *clause, *primitive, *mode, *outcome;
    int64_t from, to;
    bool last;            // the run that began last is meant
    bool timed, detailed; // asks for more than a run as a whole has
    struct origin *origins;
    uint64_t count;
    struct bundle_lines found;
};

static bool contains(const struct value *value, const char *path, const char *wanted)
{
    const char *text = value_text_at(value, path);
    return text != NULL && text_find_nocase(text, wanted) != NULL;
}

static bool is_actor(const struct value *actor, const char *wanted)
{
    return contains(actor, "name", wanted) || contains(actor, "object_id", wanted) ||
           contains(actor, "app_id", wanted);
}

static bool actor_fits(const struct value *start, const char *wanted)
{
    const struct value *actors = value_at(start, "alert.actors");
    bool fits = wanted == NULL || is_actor(value_at(start, "alert.actor"), wanted);
    for (size_t i = 0; !fits && i < value_count(actors); i++)
        fits = is_actor(value_item(actors, i), wanted);
    return fits;
}

static bool glob_fits(const struct value *line, const char *member, const char *wanted)
{
    const char *text = value_text_at(line, member);
    return wanted == NULL || (text != NULL && text_glob(wanted, text));
}

static bool clause_fits(const struct value *line, const char *wanted)
{
    const struct value *clauses = value_get(line, "clauses");
    for (size_t i = 0; wanted != NULL && i < value_count(clauses); i++) {
        const char *id = value_text(value_item(clauses, i));
        if (id != NULL && text_glob(wanted, id))
            return true;
    }
    return wanted == NULL;
}

static bool resource_fits(const struct value *line, const char *wanted)
{
    return wanted == NULL || contains(line, "resource", wanted) || contains(line, "url", wanted) ||
           contains(line, "alert.resource.id", wanted);
}

static bool time_fits(const struct search *search, const struct value *line)
{
    int64_t time;
    return !search->timed ||
           (clock_parse(value_text_at(line, "time"), &time) && time >= search->from && time <= search->to);
}

static struct origin *origin_new(struct search *search, const char *run, size_t length)
{
    struct origin *origin = ARENA_NEW(search->arena, struct origin);
    *origin = (struct origin){search->origins, arena_strndup(search->arena, run, length),
                              search->mode == NULL && search->actor == NULL};
    search->origins = origin;
    return origin;
}

// Runs that are written side by side are few: the one in question is near the front. One that begins is none
// of them.
static struct origin *origin_of(struct search *search, const struct entry *entry, bool started)
{
    const char *run = entry->run;
    size_t length = entry->run_length;
    if (started)
        return origin_new(search, run, length);
    for (struct origin **at = &search->origins; *at != NULL; at = &(*at)->next)
        if (strlen((*at)->run) == length && memcmp((*at)->run, run, length) == 0) {
            struct origin *found = *at;
            *at = found->next;
            found->next = search->origins;
            search->origins = found;
            return found;
        }
    return origin_new(search, run, length);
}

static bool line_fits(const struct search *search, const struct value *line)
{
    return time_fits(search, line) && glob_fits(line, "primitive", search->primitive) &&
           glob_fits(line, "status", search->outcome) && glob_fits(line, "by", search->by) &&
           clause_fits(line, search->clause) && resource_fits(line, search->resource);
}

// What of an alert is looked for stands beside the log where it is too long for a line; its digest is in the
// line.
static const struct value *with_alert(const struct search *search, const struct value *line)
{
    struct err ignored;
    const struct value *alert = value_get(line, "alert");
    bool looked_for = search->actor != NULL || search->resource != NULL;
    const struct value *whole =
        looked_for ? blob_value(search->scratch, search->folder, alert, &ignored) : alert;
    if (whole == NULL || whole == alert)
        return line;
    struct value *copy = value_map_sized(search->scratch, value_count(line));
    value_put_all(search->scratch, copy, line);
    value_put(search->scratch, copy, "alert", whole);
    return copy;
}

static void each(void *context, const struct entry *entry, const char *bytes, size_t length)
{
    struct search *search = context;
    if (search->count++ % 1024 == 0) {
        arena_close(search->scratch);
        search->scratch = arena_open();
    }
    bool started = entry_is(entry, "run.started");
    bool about_run = !entry->has_run || entry_begins(entry, "run."); // or about the trail
    if (search->last && started) {                                   // so far
        search->run = arena_strndup(search->arena, entry->run, entry->run_length);
        search->found.count = 0;
    }
    size_t wanted = search->run == NULL ? 0 : strlen(search->run);
    if (search->run != NULL &&
        (!entry->has_run || entry->run_length < wanted || memcmp(entry->run, search->run, wanted) != 0))
        return;
    struct origin *origin = entry->has_run ? origin_of(search, entry, started) : NULL;
    if (!started && ((origin == NULL ? search->mode != NULL || search->actor != NULL : !origin->fits) ||
                     (!search->detailed && !about_run)))
        return;
    const struct value *line = json_parse_own(search->scratch, NULL, bytes, length, NULL);
    line = started && line != NULL ? with_alert(search, line) : line;
    if (started && origin != NULL)
        origin->fits = glob_fits(line, "mode", search->mode) && actor_fits(line, search->actor);
    if (line != NULL && (origin == NULL || origin->fits) && line_fits(search, line))
        bundle_append(search->arena, &search->found, entry->seq, bytes, length);
}

static bool check_mode(const char *word, struct err *err)
{
    enum mode mode;
    if (word == NULL || strpbrk(word, "*?") != NULL || mode_from_word(word, &mode))
        return true;
    err_set(err, E_USAGE, "%s is no mode", word);
    err_hint(err, "live, dry-run and audit are");
    return false;
}

// What lines of the trail say under `status` (the records in interp/README.md).
static bool check_outcome(struct arena *arena, const char *word, struct err *err)
{
    static const char *const words[] = {"done",    "planned", "applied",     "in-place",  "skipped",
                                        "waiting", "failed",  "refused",     "undecided", "unknown",
                                        "gaps",    "killed",  "interrupted", NULL};
    for (size_t i = 0; word != NULL && words[i] != NULL; i++)
        if (text_glob(word, words[i]))
            return true;
    if (word == NULL)
        return true;
    const char *near = text_nearest(word, words);
    err_set(err, E_USAGE, "no line of the trail has the outcome %s", word);
    if (near != NULL)
        err_hint(err, "did you mean %s?", near);
    else
        err_hint(err, "outcomes are %s", text_join(arena, words, ", "));
    return false;
}

static bool read_options(struct cli *cli, struct search *search, struct err *err)
{
    const struct options *options = &cli->options;
    *search = (struct search){.arena = cli->arena,
                              .folder = arena_printf(cli->arena, "%s/trail", cli->state),
                              .run = options_value(options, OPT_RUN),
                              .actor = options_value(options, OPT_ACTOR),
                              .by = options_value(options, OPT_BY),
                              .resource = options_value(options, OPT_RESOURCE),
                              .clause = options_value(options, OPT_CLAUSE),
                              .primitive = options_value(options, OPT_PRIMITIVE),
                              .mode = options_value(options, OPT_MODE),
                              .outcome = options_value(options, OPT_OUTCOME),
                              .from = INT64_MIN,
                              .to = INT64_MAX};
    search->detailed = search->run != NULL || search->resource != NULL || search->clause != NULL ||
                       search->primitive != NULL || search->outcome != NULL;
    search->last = text_is(search->run, "last");
    search->timed = options_has(options, OPT_FROM) || options_has(options, OPT_TO);
    return check_mode(search->mode, err) && check_outcome(cli->arena, search->outcome, err) &&
           audit_time_options(cli, &search->from, &search->to, err);
}

static bool same_heading(const struct value *a, const struct value *b)
{
    const char *run = value_text_at(a, "run"), *other = value_text_at(b, "run");
    const char *time = value_text_at(a, "time"), *other_time = value_text_at(b, "time");
    return a != NULL && (run == NULL) == (other == NULL) && (run == NULL || strcmp(run, other) == 0) &&
           time != NULL && other_time != NULL && strncmp(time, other_time, 10) == 0;
}

static int print(struct cli *cli, const struct bundle_lines *found)
{
    struct err err = {0};
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    const struct value *before = NULL;
    text_add(&out, cli_json(cli) ? "[" : "");
    for (size_t i = 0; i < found->count; i++) {
        if (cli_json(cli)) {
            text_add(&out, i == 0 ? "" : ",");
            text_addn(&out, found->items[i].line, found->items[i].length);
            continue;
        }
        const struct value *line =
            json_parse_own(cli->arena, NULL, found->items[i].line, found->items[i].length, &err);
        if (line == NULL)
            return cli_fail(cli, &err);
        if (!same_heading(before, line))
            trail_out_heading(&wrap, line);
        trail_out_row(&wrap, line);
        before = line;
    }
    if (cli_json(cli))
        text_add(&out, "]\n");
    else if (found->count == 0)
        wrap_line(&wrap, 0, WRAP_PLAIN, "No line fits.");
    cli_print(&out);
    return 0;
}

int cmd_audit_search(struct cli *cli)
{
    struct err err = {0};
    struct search search;
    struct verify_report report;
    if (!read_options(cli, &search, &err))
        return cli_fail(cli, &err);
    bool ok = audit_verify(cli, each, &search, &report, &err);
    arena_close(search.scratch);
    return ok ? print(cli, &search.found) : cli_fail(cli, &err);
}
