// Reads rows of runs from the trail. What one looks like is for who prints it. Invariant: a row says what the
// newest line about its run says.
#include "cli/run_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/profile.h"
#include "trail/claim.h"
#include "trail/trail.h"

static const char every_run[] = "\"type\":\"run."; // what begins one or tells its fate

// The id of its alert, which stands beside the log when it is large. Of one that is not there any more the
// line itself may know it.
static const char *alert_of(struct run_rows *rows, const struct value *line)
{
    struct err ignored;
    const struct value *alert =
        trail_blob_value(rows->trail, rows->arena, value_get(line, "alert"), &ignored);
    const char *about = value_text_at(line, "about");
    if (alert != NULL)
        return value_text_at(alert, "id");
    return about == NULL || text_starts(about, "playbook:") ? NULL : arena_strdup(rows->arena, about);
}

// Where the number of that run's row stands, or would: from 1, 0 where there is none.
static size_t *slot_of(const struct run_rows *rows, const char *run)
{
    size_t slots = 2 * rows->size, at = (size_t)text_hash(run, strlen(run)) % slots;
    while (rows->slots[at] != 0 && strcmp(value_text_at(rows->items[rows->slots[at] - 1], "run"), run) != 0)
        at = (at + 1) % slots;
    return &rows->slots[at];
}

static void grow(struct run_rows *rows)
{
    size_t size = rows->size == 0 ? 64 : rows->size * 2;
    rows->items = arena_grow(rows->arena, rows->items, rows->count, size, sizeof *rows->items);
    rows->slots = ARENA_ARRAY(rows->arena, size_t, 2 * size);
    rows->size = size;
    for (size_t i = 0; i < rows->count; i++)
        *slot_of(rows, value_text_at(rows->items[i], "run")) = i + 1;
}

static void add(struct run_rows *rows, const struct value *line, const char *alert)
{
    static const char *const members[] = {"run", "playbook", "version", "mode"};
    static const char *const others[] = {"undoes", "replays"};
    struct arena *arena = rows->arena;
    struct value *row = value_map(arena);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        value_put_text(arena, row, members[i], value_text_at(line, members[i]));
    value_put_text(arena, row, "status", "running");
    value_put_text(arena, row, "alert", alert);
    value_put_text(arena, row, "started", value_text_at(line, "time"));
    value_put(arena, row, "finished", &value_null);
    value_put_text(arena, row, "profile", value_text_at(line, "profile"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (value_text_at(line, others[i]) != NULL)
            value_put_text(arena, row, others[i], value_text_at(line, others[i]));
    if (rows->count == rows->size)
        grow(rows);
    rows->items[rows->count++] = row;
    *slot_of(rows, value_text_at(row, "run")) = rows->count;
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
    size_t number = rows->count == 0 ? 0 : *slot_of(rows, run);
    if (number != 0)
        take_end(rows->arena, rows->items[number - 1], type, line);
}

static bool take(void *context, const struct value *line)
{
    struct run_rows *rows = context;
    const char *run = value_text_at(line, "run"), *type = value_text_at(line, "type");
    if (strcmp(type, "run.started") == 0)
        add(rows, line, alert_of(rows, line));
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
    bool ok = trail_replay(rows->trail, scratch, every_run, take, rows, err);
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
    struct run_rows *rows;
};

static bool began(const struct about *about, const struct value *line)
{
    return text_same(value_text_at(line, "type"), "run.started") && value_text_at(line, "about") != NULL &&
           text_same(value_text_at(line, "profile"), about->profile->name) &&
           value_flag_at(line, "lab") == about->profile->lab && value_text_at(line, "undoes") == NULL;
}

static bool take_about(void *context, const struct value *line)
{
    struct about *about = context;
    if (began(about, line) && text_same(value_text_at(line, "about"), about->alert))
        value_append(about->arena, about->runs,
                     value_held_text(about->arena, arena_strdup(about->arena, value_text_at(line, "run"))));
    return true;
}

bool run_rows_about(struct run_rows *rows, const char *state, const char *alert,
                    const struct profile *profile, struct err *err)
{
    struct arena *scratch = arena_open();
    struct about about = {.alert = alert, .profile = profile, .runs = value_list(scratch), .arena = scratch};
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

static bool take_live(void *context, const struct value *line)
{
    struct about *about = context;
    const char *alert = began(about, line) ? alert_of(about->rows, line) : NULL;
    if (alert != NULL)
        add(about->rows, line, alert);
    else if (!text_same(value_text_at(line, "type"), "run.started"))
        take(about->rows, line);
    return true;
}

struct numbered {
    struct value *row;
    size_t at;
};

static int by_alert(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int order = text_order(value_text_at(x->row, "alert"), value_text_at(y->row, "alert"));
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static void sort(struct run_rows *rows)
{
    struct arena *scratch = arena_open();
    struct numbered *all = ARENA_ARRAY(scratch, struct numbered, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        all[i] = (struct numbered){rows->items[i], i};
    if (rows->count > 0)
        qsort(all, rows->count, sizeof *all, by_alert);
    for (size_t i = 0; i < rows->count; i++)
        rows->items[i] = all[i].row;
    arena_close(scratch);
}

bool run_rows_live(struct run_rows *rows, const char *state, const struct profile *profile, struct err *err)
{
    struct arena *scratch = arena_open();
    struct about about = {.profile = profile, .rows = rows};
    bool ok = trail_replay(rows->trail, scratch, every_run, take_live, &about, err);
    arena_close(scratch);
    if (!ok)
        return false;
    find_cut_off(rows, state);
    sort(rows);
    return true;
}

const struct value *run_rows_of(const struct run_rows *rows, const char *alert)
{
    struct value *list = value_list(rows->arena);
    size_t from = 0;
    for (size_t to = rows->count; from < to;) {
        size_t middle = from + (to - from) / 2;
        if (text_order(value_text_at(rows->items[middle], "alert"), alert) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < rows->count && text_same(value_text_at(rows->items[from], "alert"), alert); from++)
        value_append(rows->arena, list, rows->items[from]);
    return list;
}

static bool fits(const struct value *row, const char *member, const char *wanted)
{
    return wanted == NULL || text_is(value_text_at(row, member), wanted);
}

static bool is_wanted(const struct value *row, const struct run_rows_wanted *wanted)
{
    const char *alert = value_text_at(row, "alert");
    return fits(row, "status", wanted->status) && fits(row, "mode", wanted->mode) &&
           fits(row, "profile", wanted->profile) && fits(row, "playbook", wanted->playbook) &&
           (wanted->alert == NULL || (alert != NULL && text_glob(wanted->alert, alert)));
}

void run_rows_keep(struct run_rows *rows, const struct run_rows_wanted *wanted)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (is_wanted(rows->items[i], wanted))
            rows->items[kept++] = rows->items[i];
    rows->count = kept;
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
