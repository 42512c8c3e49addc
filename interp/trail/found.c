// Founds trails. Not for opening them (trail.c). Invariant: a trail is there as a whole or not at all, and
// never made anew in the place of one that was lost.
#include "trail/found.h"

#include "base/arena.h"
#include "base/file.h"
#include "trail/keys.h"
#include "trail/store.h"
#include "trail/trail.h"

static bool make_whole(struct arena *arena, const struct trail_config *config, const char *folder,
                       struct err *err)
{
    const char *state = config->state;
    struct keys keys;
    if (file_is_dir(folder))
        return keys_confirm(arena, state, err);
    if (keys_exist(arena, state)) {
        err_set(err, E_TAMPERED, "the trail %s is gone, but its signing key is still there", folder);
        err_hint(err, "if it was moved away on purpose, move %s/keys/trail.key with it", state);
        return false;
    }
    if (!keys_draw(arena, state, config->config_dir, config->host, &keys, err))
        return false;
    bool ok = store_create(arena, folder, &keys, err) && keys_confirm(arena, state, err) &&
              file_sync_dir(arena_printf(arena, "%s/..", state), err);
    keys_wipe(&keys);
    return ok;
}

bool found_trail(struct arena *arena, const struct trail_config *config, const char *folder, struct err *err)
{
    if (file_is_dir(folder) && keys_exist(arena, config->state))
        return true;
    const char *keys = arena_printf(arena, "%s/keys", config->state);
    struct file lock;
    bool had;
    if (!file_mkdirs(keys, err) || !file_open(&lock, arena_printf(arena, "%s/lock", keys), FILE_UPDATE, err))
        return false;
    bool ok = file_lock(&lock, true, &had, err) && make_whole(arena, config, folder, err);
    file_close(&lock);
    return ok;
}
