// Reads rows of runs from the trail. What one looks like is for who prints it. Invariant: a row says what the
// newest line about its run says.
#include "cli/run_rows.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/profile.h"
#include "trail/claim.h"
#include "trail/trail.h"

// The id of its alert, which stands beside the log when it is large. One that is not there any more has none.
static const char *alert_of(struct run_rows *rows, const struct value *line)
{
    struct err ignored;
    return value_text_at(trail_blob_value(rows->trail, rows->arena, value_get(line, "alert"), &ignored),
                         "id");
}

static void add(struct run_rows *rows, const struct value *line)
{
    static const char *const members[] = {"run", "playbook", "version", "mode"};
    static const char *const others[] = {"undoes", "replays"};
    struct arena *arena = rows->arena;
    struct value *row = value_map(arena);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        value_put_text(arena, row, members[i], value_text_at(line, members[i]));
    value_put_text(arena, row, "status", "running");
    value_put_text(arena, row, "alert", alert_of(rows, line));
    value_put_text(arena, row, "started", value_text_at(line, "time"));
    value_put(arena, row, "finished", &value_null);
    value_put_text(arena, row, "profile", value_text_at(line, "profile"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (value_text_at(line, others[i]) != NULL)
            value_put_text(arena, row, others[i], value_text_at(line, others[i]));
    if (rows->count == rows->size) {
        size_t size = rows->size == 0 ? 64 : rows->size * 2;
        rows->items = arena_grow(arena, rows->items, rows->count, size, sizeof *rows->items);
        rows->size = size;
    }
    rows->items[rows->count++] = row;
}

// What a line says of its run. The newest that says anything holds.
static void take_end(struct arena *arena, struct value *row, const char *type, const struct value *line)
{
    bool resumed = strcmp(type, "run.resumed") == 0, undone = strcmp(type, "run.undone") == 0,
         stopped = strcmp(type, "run.stopped") == 0;
    value_put_text(arena, row, "status",
                   resumed   ? "running"
                   : undone  ? "undone"
                   : stopped ? "interrupted"
                             : value_text_at(line, "status"));
    if (!undone)
        value_put_text(arena, row, "finished", resumed ? NULL : value_text_at(line, "time"));
    if (stopped)
        value_put_text(arena, row, "stopped_by", value_text_at(line, "by"));
}

static void end(struct run_rows *rows, const char *run, const char *type, const struct value *line)
{
    for (size_t i = rows->count; i-- > 0;)
        if (strcmp(value_text_at(rows->items[i], "run"), run) == 0) {
            take_end(rows->arena, rows->items[i], type, line);
            return;
        }
}

static bool take(void *context, const struct value *line)
{
    struct run_rows *rows = context;
    const char *run = value_text_at(line, "run"), *type = value_text_at(line, "type");
    if (strcmp(type, "run.started") == 0)
        add(rows, line);
    else if (text_starts(type, "run."))
        end(rows, run, type, line);
    return true;
}

// What has no end and is at work nowhere was cut off.
static void find_cut_off(struct run_rows *rows, const char *state)
{
    const char *process;
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(value_text_at(rows->items[i], "status"), "running") == 0 &&
            !claim_is_held(rows->arena, state, value_text_at(rows->items[i], "run"), &process))
            value_put_text(rows->arena, rows->items[i], "status", "interrupted");
}

bool run_rows_all(struct run_rows *rows, const char *state, struct err *err)
{
    struct arena *scratch = arena_open();
    bool ok = trail_replay(rows->trail, scratch, "\"type\":\"run.", take, rows, err);
    arena_close(scratch);
    if (ok)
        find_cut_off(rows, state);
    return ok;
}

struct about {
    const char *alert;
    const struct profile *profile;
    struct value *runs; // their ids
    struct arena *arena;
};

static bool take_about(void *context, const struct value *line)
{
    struct about *about = context;
    if (text_same(value_text_at(line, "type"), "run.started") &&
        text_same(value_text_at(line, "about"), about->alert) &&
        text_same(value_text_at(line, "profile"), about->profile->name) &&
        value_flag_at(line, "lab") == about->profile->lab && value_text_at(line, "undoes") == NULL)
        value_append(about->arena, about->runs,
                     value_held_text(about->arena, arena_strdup(about->arena, value_text_at(line, "run"))));
    return true;
}

bool run_rows_about(struct run_rows *rows, const char *state, const char *alert,
                    const struct profile *profile, struct err *err)
{
    struct arena *scratch = arena_open();
    struct about about = {alert, profile, value_list(scratch), scratch};
    bool ok =
        trail_replay(rows->trail, scratch, trail_needle(scratch, "about", alert), take_about, &about, err);
    for (size_t i = 0; ok && i < value_count(about.runs); i++) {
        const char *run = value_text(value_item(about.runs, i));
        ok = trail_replay(rows->trail, scratch, trail_needle(scratch, "run", run), take, rows, err);
    }
    arena_close(scratch);
    if (ok)
        find_cut_off(rows, state);
    return ok;
}

const struct value *run_rows_list(const struct run_rows *rows)
{
    struct value *list = value_list_sized(rows->arena, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        value_append(rows->arena, list, rows->items[i]);
    return list;
}

bool run_rows_is_open(const struct value *row)
{
    static const char *const open[] = {"running", "waiting", "interrupted", NULL};
    return text_is_one_of(value_text_at(row, "status"), open) && value_text_at(row, "stopped_by") == NULL;
}
