// Reads the trail for what is due. A lease is over when it was ended, when that was refused, or when people
// began an undoing of it, of what it lies beneath, or of the whole run: what came of that is for people. The
// end of a lease ends no question of its run. Invariant: nothing is due that was answered or taken back.
#include "run/due.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/trail.h"

struct finding {
    struct arena *arena;
    struct due_list *list;
};

static struct due *find(const struct finding *finding, enum due_kind kind, const struct value *line)
{
    for (size_t i = 0; i < finding->list->count; i++) {
        struct due *due = &finding->list->items[i];
        if (due->kind == kind && text_same(due->run, value_text_at(line, "run")) &&
            text_same(due->path, value_text_at(line, "path")))
            return due;
    }
    return NULL;
}

static void put(struct finding *finding, enum due_kind kind, const struct value *line, int64_t at_ms)
{
    struct due_list *list = finding->list;
    struct due *due = find(finding, kind, line);
    if (due == NULL) {
        list->items = arena_room(finding->arena, list->items, list->count, sizeof *list->items);
        due = &list->items[list->count++];
        *due = (struct due){.kind = kind,
                            .run = arena_strdup(finding->arena, value_text_at(line, "run")),
                            .path = arena_strdup(finding->arena, value_text_at(line, "path"))};
    }
    due->at_ms = at_ms;
    due->seq = value_int_at(line, "seq", 0);
}

static void drop(struct finding *finding, struct due *due)
{
    struct due_list *list = finding->list;
    size_t at = (size_t)(due - list->items);
    memmove(due, due + 1, (--list->count - at) * sizeof *due);
}

static bool take_lease(void *context, const struct value *line)
{
    struct finding *finding = context;
    int64_t until;
    const char *type = value_text_at(line, "type"), *time = value_text_at(line, "until");
    if (text_starts(type, "lease.") && time != NULL && clock_parse(time, &until))
        put(finding, DUE_LEASE, line, until);
    return true;
}

static bool take_question(void *context, const struct value *line)
{
    struct finding *finding = context;
    int64_t asked, within = value_int_at(line, "within_ms", 0);
    const char *type = value_text_at(line, "type"), *time = value_text_at(line, "time");
    if (text_same(type, "ask.opened") && value_text_at(line, "otherwise") != NULL && within > 0 &&
        clock_parse(time, &asked))
        put(finding, DUE_QUESTION, line, asked + within);
    struct due *due = text_same(type, "ask.answered") ? find(finding, DUE_QUESTION, line) : NULL;
    if (due != NULL)
        drop(finding, due);
    return true;
}

static void drop_ended(struct finding *finding, const char *run, const struct value *undoing)
{
    const char *step = value_text_at(undoing, "undoes_step");
    int64_t seq = value_int_at(undoing, "seq", 0);
    for (size_t i = finding->list->count; i-- > 0;) {
        struct due *due = &finding->list->items[i];
        if (text_same(due->run, run) &&
            (due->kind == DUE_QUESTION
                 ? !value_flag_at(undoing, "leased")
                 : due->seq < seq && undo_includes(step == NULL ? "" : step, due->path)))
            drop(finding, due);
    }
}

struct outcome {
    const char *run;
    bool ended;   // and nothing is left to a timer
    bool refused; // of something
    bool open;    // something failed or was not reached
};

static bool take_outcome(void *context, const struct value *line)
{
    static const char *const closed[] = {"run.stopped", "run.undone", NULL},
                             *const well[] = {"done", "refused", NULL},
                             *const again[] = {"failed", "undecided", NULL};
    struct outcome *outcome = context;
    const char *type = value_text_at(line, "type"), *status = value_text_at(line, "status");
    if (!text_same(value_text_at(line, "run"), outcome->run))
        return true;
    if (text_is(type, "run.resumed"))
        outcome->open = false;
    else if (text_is(type, "step.finished"))
        outcome->open = outcome->open || text_is_one_of(status, again);
    else if (text_is(type, "effect.result"))
        outcome->refused = outcome->refused || text_is(status, "refused");
    else if (text_is(type, "run.finished"))
        outcome->ended = text_is_one_of(status, well) || (outcome->refused && !outcome->open);
    else
        outcome->ended = outcome->ended || text_is_one_of(type, closed);
    return true;
}

// The undoings of a run that leave nothing to a timer; NULL: the trail cannot be read. The end of a lease
// that was broken off, or where something failed without being refused, as when the estate was not reached,
// is come to again.
static const struct value *find_undoings(struct arena *arena, struct trail *trail, const char *run,
                                         struct err *err)
{
    const struct value *all = undo_runs(arena, trail, run, err);
    struct value *kept = value_list(arena);
    for (size_t i = 0; i < value_count(all); i++) {
        const struct value *line = value_item(all, i);
        struct outcome outcome = {.run = value_text_at(line, "run")};
        bool leased = value_flag_at(line, "leased");
        if (leased &&
            !trail_replay(trail, arena, trail_needle(arena, "run", outcome.run), take_outcome, &outcome, err))
            return NULL;
        if (!leased || outcome.ended)
            value_append(arena, kept, line);
    }
    return all == NULL ? NULL : kept;
}

// The run has taken something back itself, because a step of it failed (rollback.c), or has lost an answer:
// there may be nothing left.
static bool take_revised(void *context, const struct value *line)
{
    struct finding *finding = context;
    for (size_t i = 0; i < finding->list->count; i++) {
        struct due *due = &finding->list->items[i];
        if (due->kind == DUE_LEASE && text_same(due->run, value_text_at(line, "run")))
            due->revised = true;
    }
    return true;
}

static bool take_line(void *context, const struct value *line)
{
    bool revised = text_same(value_text_at(line, "type"), "step.undone") ||
                   text_same(value_text_at(line, "status"), "unknown");
    return take_lease(context, line) && (!revised || take_revised(context, line));
}

static int by_time(const void *a, const void *b)
{
    const struct due *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq); // one that was put off for another comes behind that
}

// Is nothing left of what a lease stands for?
static bool drop_revised(struct finding *finding, struct trail *trail, struct err *err)
{
    bool ok = true;
    for (size_t i = finding->list->count; ok && i-- > 0;) {
        struct due *due = &finding->list->items[i];
        struct arena *scratch = arena_open();
        const struct recall *recall = due->revised ? recall_open(scratch, trail, due->run, err) : NULL;
        ok = recall != NULL || !due->revised;
        if (recall != NULL && !undo_has_left(recall, due->path))
            drop(finding, due);
        arena_close(scratch);
    }
    return ok;
}

// Was what is due taken back by its run, or by an undoing of that?
static bool drop_undone(struct finding *finding, struct trail *trail, struct err *err)
{
    bool ok = drop_revised(finding, trail, err);
    for (size_t i = finding->list->count; ok && i-- > 0;) {
        if (i >= finding->list->count) // with what was dropped
            continue;
        struct arena *scratch = arena_open();
        const char *run = finding->list->items[i].run;
        const struct value *undoings = find_undoings(scratch, trail, run, err);
        ok = undoings != NULL;
        for (size_t k = 0; k < value_count(undoings); k++)
            drop_ended(finding, run, value_item(undoings, k));
        arena_close(scratch);
    }
    return ok;
}

// Everything that will fall due, whenever.
static bool find_all(struct finding *finding, struct trail *trail, struct err *err)
{
    static const struct {
        const char *containing;
        trail_reader *each;
    } passes[] = {{"\"type\":\"lease.", take_lease},
                  {"\"within_ms\":", take_question},
                  {"\"type\":\"step.undone\"", take_revised},
                  {"\"status\":\"unknown\"", take_revised}};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof passes / sizeof *passes; i++) {
        struct arena *scratch = arena_open();
        ok = trail_replay(trail, scratch, passes[i].containing, passes[i].each, finding, err);
        arena_close(scratch);
    }
    return ok && drop_undone(finding, trail, err);
}

bool due_find(struct arena *arena, struct trail *trail, int64_t now_ms, struct due_list *out, struct err *err)
{
    *out = (struct due_list){0};
    struct finding finding = {arena, out};
    if (!find_all(&finding, trail, err))
        return false;
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_time);
    size_t kept = 0;
    for (size_t i = 0; i < out->count && out->items[i].at_ms <= now_ms; i++) {
        const struct due due = out->items[i];
        bool told = false;
        for (size_t k = 0; due.kind == DUE_QUESTION && k < kept; k++)
            told = told || (out->items[k].kind == DUE_QUESTION && text_same(out->items[k].run, due.run));
        if (!told)
            out->items[kept++] = due;
    }
    out->count = kept;
    return true;
}

bool due_lease(struct arena *arena, struct trail *trail, const char *run, const char *path, int64_t *until_ms,
               struct err *err)
{
    struct due_list list = {0};
    struct finding finding = {arena, &list};
    struct arena *scratch = arena_open();
    bool ok = trail_replay(trail, scratch, trail_needle(scratch, "run", run), take_line, &finding, err) &&
              drop_undone(&finding, trail, err);
    arena_close(scratch);
    if (!ok)
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (text_same(list.items[i].run, run) && text_same(list.items[i].path, path)) {
            *until_ms = list.items[i].at_ms;
            return true;
        }
    err_set(err, E_UNKNOWN_NAME, "%s has no lease at %s, or what it stood for has been taken back", run,
            path);
    err_hint(err, "`playbook runs show %s` lists its leases", run);
    return false;
}

bool due_ended(struct trail *trail, const char *run, const char *path, int64_t *seq, struct err *err)
{
    struct arena *scratch = arena_open();
    const struct value *undoings = find_undoings(scratch, trail, run, err);
    *seq = -1;
    for (size_t i = 0; i < value_count(undoings); i++) {
        const char *step = value_text_at(value_item(undoings, i), "undoes_step");
        if (undo_includes(step == NULL ? "" : step, path))
            *seq = value_int_at(value_item(undoings, i), "seq", 0);
    }
    arena_close(scratch);
    return undoings != NULL;
}
