// Locks of runs, and of what has a name like one (run/turn.c): STATE/runs/RUN.lock, held with flock. Not for
// commits, which have a lock of their own (store.c). Invariant: the file is removed only by its holder, and a
// lock counts only while the file is still in its place. In it stands who holds it and, on a line of its own,
// that the run is asked to stop: for stop alone, nothing else depends on it.
#include "trail/claim.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/folder.h"
#include "base/process.h"
#include "base/text.h"

enum { MOST_NAME = 200, LOOKS = 20, LOOK_AGAIN_MS = 2 };

static const char stop[] = "\nstop";

static const char *file_of(struct arena *arena, const char *state, const char *run)
{
    return arena_printf(arena, "%s/runs/%s.lock", state, run);
}

// Opens and locks it, anew where the holder before has just removed what was opened.
static bool take(struct file *lock, const char *name, bool *had, struct err *err)
{
    for (;;) {
        if (!file_open(lock, name, FILE_UPDATE, err))
            return false;
        if (!file_lock(lock, false, had, err)) {
            file_close(lock);
            return false;
        }
        if (!*had || file_in_place(lock))
            return true;
        file_close(lock);
    }
}

// Who holds it, and what is asked.
static char *words_of(struct arena *arena, const struct file *lock)
{
    char bytes[MOST_NAME];
    size_t length;
    struct file file = *lock;
    return file_read_at(&file, 0, bytes, sizeof bytes, &length, NULL) ? arena_strndup(arena, bytes, length)
                                                                      : arena_strdup(arena, "");
}

static char *holder_of(struct arena *arena, const struct file *lock)
{
    char *words = words_of(arena, lock);
    words[strcspn(words, "\n")] = '\0';
    return words;
}

// Whoever only looks whether it is held (claim_is_held, is_taken) has it for a moment, and is waited for.
static bool take_from_lookers(struct arena *arena, struct file *lock, const char *name, bool *had,
                              struct err *err)
{
    bool ok = take(lock, name, had, err);
    for (int look = 1; ok && !*had && look < LOOKS && !process_lives(arena, holder_of(arena, lock)); look++) {
        file_close(lock);
        clock_sleep_ms(LOOK_AGAIN_MS);
        ok = take(lock, name, had, err);
    }
    return ok;
}

// Whoever cannot read it cannot stop the run from elsewhere; that is no reason not to run.
static void sign(struct arena *arena, struct file *lock)
{
    struct err err;
    const char *name = process_self(arena);
    (void)!(file_truncate(lock, 0, &err) && file_write_at(lock, 0, name, strlen(name), &err));
}

bool claim_take(struct arena *arena, struct claim **claims, const char *state, const char *run,
                struct err *err)
{
    for (const struct claim *claim = *claims; claim != NULL; claim = claim->next)
        if (strcmp(claim->run, run) == 0)
            return true;
    struct claim *claim = ARENA_NEW(arena, struct claim);
    bool had;
    claim->run = arena_strdup(arena, run);
    if (!file_mkdirs(arena_printf(arena, "%s/runs", state), err) ||
        !take_from_lookers(arena, &claim->lock, file_of(arena, state, run), &had, err))
        return false;
    if (!had) {
        err_set(err, E_USAGE, "another process works on the run %s", run);
        err_hint(err, "wait until it has ended, or interrupt it: playbook stop %s", run);
        file_close(&claim->lock);
        return false;
    }
    sign(arena, &claim->lock);
    claim->next = *claims;
    *claims = claim;
    return true;
}

bool claim_is_held(struct arena *arena, const char *state, const char *run, const char **name)
{
    struct file lock;
    bool had = true;
    *name = "";
    if (!file_exists(file_of(arena, state, run)) ||
        !file_open(&lock, file_of(arena, state, run), FILE_READ, NULL))
        return false;
    bool held = file_lock(&lock, false, &had, NULL) && !had;
    *name = held ? holder_of(arena, &lock) : "";
    file_close(&lock);
    return held;
}

bool claim_ask(struct arena *arena, const char *state, const char *run, struct err *err)
{
    struct file lock;
    if (!file_open(&lock, file_of(arena, state, run), FILE_UPDATE, err))
        return false;
    bool ok = file_write_at(&lock, strcspn(words_of(arena, &lock), "\n"), stop, sizeof stop - 1, err);
    file_close(&lock);
    return ok;
}

bool claim_is_asked(const struct claim *claims, const char *run)
{
    while (claims != NULL && strcmp(claims->run, run) != 0)
        claims = claims->next;
    struct arena *arena = arena_open();
    bool asked = claims != NULL && text_ends(words_of(arena, &claims->lock), stop);
    arena_close(arena);
    return asked;
}

static void close_one(struct claim *claim)
{
    file_remove(claim->lock.name);
    file_close(&claim->lock);
}

// Does a process hold it, be it this one? What a killed one left is taken and removed.
static bool is_taken(const char *file)
{
    struct claim left;
    bool had;
    if (!take(&left.lock, file, &had, NULL))
        return file_exists(file); // it cannot be told: then it counts
    if (had)
        close_one(&left);
    else
        file_close(&left.lock);
    return !had;
}

bool claim_by_others(const struct claim *claims, const char *state)
{
    struct arena *arena = arena_open();
    const char *folder = arena_printf(arena, "%s/runs", state);
    char **names = folder_list(arena, folder);
    size_t there = 0, taken = 0, own = 0;
    for (; claims != NULL; claims = claims->next)
        own++;
    for (char **name = names; *name != NULL; name++)
        there += text_ends(*name, ".lock");
    for (char **name = names; there > own && *name != NULL; name++) // seldom
        taken += text_ends(*name, ".lock") && is_taken(arena_printf(arena, "%s/%s", folder, *name));
    arena_close(arena);
    return taken > own;
}

void claim_release(struct claim **claims, const char *run)
{
    while (*claims != NULL && strcmp((*claims)->run, run) != 0)
        claims = &(*claims)->next;
    if (*claims == NULL)
        return;
    close_one(*claims);
    *claims = (*claims)->next;
}

void claim_close_all(struct claim *claims)
{
    for (; claims != NULL; claims = claims->next)
        close_one(claims);
}
