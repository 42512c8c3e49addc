// Locks of runs: STATE/runs/RUN.lock, held with flock. Not for commits, which have a lock of their own
// (store.c). Invariant: the file is removed only by its holder, so whoever opened it before finds it taken.
#include "trail/claim.h"

#include <string.h>

#include "base/arena.h"

bool claim_take(struct arena *arena, struct claim **claims, const char *state, const char *run,
                struct err *err)
{
    for (const struct claim *claim = *claims; claim != NULL; claim = claim->next)
        if (strcmp(claim->run, run) == 0)
            return true;
    struct claim *claim = ARENA_NEW(arena, struct claim);
    const char *folder = arena_printf(arena, "%s/runs", state);
    bool had;
    claim->run = arena_strdup(arena, run);
    if (!file_mkdirs(folder, err) ||
        !file_open(&claim->lock, arena_printf(arena, "%s/%s.lock", folder, run), FILE_UPDATE, err))
        return false;
    if (!file_lock(&claim->lock, false, &had, err) || !had) {
        if (!had) {
            err_set(err, E_USAGE, "another process works on the run %s", run);
            err_hint(err, "wait until it has ended, or interrupt it");
        }
        file_close(&claim->lock);
        return false;
    }
    claim->next = *claims;
    *claims = claim;
    return true;
}

void claim_close_all(struct claim *claims)
{
    for (; claims != NULL; claims = claims->next) {
        file_remove(claims->lock.name);
        file_close(&claims->lock);
    }
}
