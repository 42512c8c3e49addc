// What the trail knows of this alert (or, without one, of this playbook): answers, events that happened once,
// attestations. Read back verified, once a run, when first asked for. Invariant: nothing from an unsigned
// line.
#include "run/history.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "trail/trail.h"
#include "run/loop.h"

struct entry {
    struct entry *next;
    const char *kind; // record type
    const char *playbook, *path, *text, *by;
};

struct history {
    struct arena *arena;
    const char *about;
    struct entry *newest; // newest first
};

static bool take(void *context, const struct value *line)
{
    struct history *history = context;
    const char *type = value_text_at(line, "type"), *about = value_text_at(line, "about");
    if (type == NULL || about == NULL || !text_same(about, history->about))
        return true;
    bool answer = strcmp(type, "ask.answered") == 0, task = strcmp(type, "task.attested") == 0;
    bool once = strcmp(type, "effect.result") == 0 && value_text_at(line, "once") != NULL &&
                strcmp(value_text_at(line, "status"), "applied") == 0;
    if (!answer && !task && !once)
        return true;
    struct entry *entry = ARENA_NEW(history->arena, struct entry);
    *entry = (struct entry){.next = history->newest,
                            .kind = type,
                            .playbook = value_text_at(line, "playbook"),
                            .path = value_text_at(line, "path"),
                            .text = value_text_at(line, once ? "once" : "answer"),
                            .by = value_text_at(line, "by")};
    history->newest = entry;
    return true;
}

struct history *history_of(struct run *run)
{
    if (run->history != NULL)
        return run->history;
    struct history *history = ARENA_NEW(run->arena, struct history);
    struct err err = {0};
    history->arena = run->arena;
    history->about = run->about;
    struct text needle = text_new(run->arena);
    json_write_string(&needle, run->about);
    if (!trail_replay(loop_config(run->engine)->trail, run->arena, needle.ptr, take, history, &err)) {
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
        if (strcmp(entry->kind, kind) == 0 && entry->playbook != NULL &&
            strcmp(entry->playbook, playbook) == 0 && entry->path != NULL && strcmp(entry->path, path) == 0)
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

bool history_once(const struct history *history, const char *key)
{
    for (const struct entry *entry = history->newest; entry != NULL && key != NULL; entry = entry->next)
        if (strcmp(entry->kind, "effect.result") == 0 && entry->text != NULL && strcmp(entry->text, key) == 0)
            return true;
    return false;
}
