// What the trail knows of this alert (or, without one, of this playbook): answers, events that happened once,
// attestations. Read back verified, once a run, when first asked for. Invariant: nothing from an unsigned
// line, and nothing that a run only supposed: an answer given to a rehearsal decides nothing, and what
// happened in the lab, or as somebody else's profile has it, did not happen here.
#include "run/history.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/profile.h"
#include "trail/trail.h"
#include "run/replay.h"

struct entry {
    struct entry *next;
    const char *kind; // record type
    const char *playbook, *path, *text, *by, *status;
};

struct history {
    struct arena *arena;
    const struct profile *profile;
    struct value *runs; // by id: the runs under this profile that could change something
    const char *about;
    int64_t until;        // nothing from this record on: a replay knows what was known then
    struct entry *newest; // newest first
};

// The text of a member for longer than the line lives; NULL stays NULL.
static const char *keep(const struct history *history, const struct value *line, const char *member)
{
    const char *text = value_text_at(line, member);
    return text == NULL ? NULL : arena_strdup(history->arena, text);
}

static bool acted(const struct history *history, const struct value *started)
{
    return text_same(value_text_at(started, "profile"), history->profile->name) &&
           value_flag_at(started, "lab") == history->profile->lab;
}

static bool take(void *context, const struct value *line)
{
    struct history *history = context;
    const char *type = value_text_at(line, "type"), *run = value_text_at(line, "run");
    if (type == NULL || run == NULL || !text_same(value_text_at(line, "about"), history->about))
        return true;
    if (value_int_at(line, "seq", 0) >= history->until)
        return false;
    if (strcmp(type, "run.started") == 0 && acted(history, line))
        value_put(history->arena, history->runs, run, &value_true);
    if (value_get(history->runs, run) == NULL)
        return true;
    bool once = value_text_at(line, "once") != NULL;
    if (!once && strcmp(type, "ask.answered") != 0 && strcmp(type, "task.attested") != 0)
        return true;
    struct entry *entry = ARENA_NEW(history->arena, struct entry);
    *entry = (struct entry){.next = history->newest,
                            .kind = keep(history, line, "type"),
                            .playbook = keep(history, line, "playbook"),
                            .path = keep(history, line, "path"),
                            .text = keep(history, line, once ? "once" : "answer"),
                            .by = keep(history, line, "by"),
                            .status = keep(history, line, "status")};
    history->newest = entry;
    return true;
}

void history_mark(const struct run *run, struct value *members)
{
    if (mode_sends(run->mode))
        value_hold_text(run->arena, members, "about", run->about);
}

struct history *history_of(struct run *run)
{
    if (run->history != NULL)
        return run->history;
    struct history *history = ARENA_NEW(run->arena, struct history);
    struct err err = {0};
    history->arena = run->arena;
    history->about = run->about;
    history->until = run->request.replay == NULL ? INT64_MAX : replay_as_of(run->request.replay);
    history->profile = run_config(run)->profile;
    history->runs = value_map(run->arena);
    struct arena *scratch = arena_open();
    bool ok = trail_replay(run_config(run)->trail, scratch, trail_needle(scratch, "about", run->about), take,
                           history, &err);
    arena_close(scratch);
    if (!ok) {
        run_fail(run, &err);
        return NULL;
    }
    run->history = history;
    return history;
}

static const struct entry *find(const struct history *history, const char *kind, const char *playbook,
                                const char *path)
{
    for (const struct entry *entry = history->newest; entry != NULL; entry = entry->next)
        if (strcmp(entry->kind, kind) == 0 && text_is(entry->playbook, playbook) &&
            text_is(entry->path, path))
            return entry;
    return NULL;
}

const char *history_answer(const struct history *history, const char *playbook, const char *path,
                           const char **by)
{
    const struct entry *entry = find(history, "ask.answered", playbook, path);
    *by = entry == NULL ? NULL : entry->by;
    return entry == NULL ? NULL : entry->text;
}

bool history_attested(const struct history *history, const char *playbook, const char *path)
{
    return find(history, "task.attested", playbook, path) != NULL;
}

enum once_fate history_once(const struct history *history, const char *key)
{
    enum once_fate newest = ONCE_NEVER;
    bool told = false; // what the newest attempt came to
    for (const struct entry *entry = history->newest; entry != NULL && key != NULL; entry = entry->next) {
        bool result = strcmp(entry->kind, "effect.result") == 0;
        if ((!result && strcmp(entry->kind, "effect.intent") != 0) || strcmp(entry->text, key) != 0)
            continue;
        if (result && (text_same(entry->status, "applied") || text_same(entry->status, "in-place")))
            return ONCE_DONE;
        if (result && text_same(entry->status, "refused")) // nothing was tried
            continue;
        bool open = !result || text_same(entry->status, "unknown");
        newest = !told && open ? ONCE_UNKNOWN : newest;
        told = true;
    }
    return newest;
}
