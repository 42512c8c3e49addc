// Decides which folders are meant; makes none. Invariant: the same environment gives the same folders.
#include "cli/dirs.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/env.h"
#include "cli/options.h"

static const char *home(struct arena *arena, const char *xdg, const char *beneath)
{
    const char *base = env_get(xdg);
    if (base != NULL && base[0] == '/')
        return arena_printf(arena, "%s/playbook", base);
    return arena_printf(arena, "%s/%s/playbook", env_home(arena), beneath);
}

const char *dirs_state(struct arena *arena, const struct options *options)
{
    const char *named = options_value(options, OPT_STATE);
    if (named == NULL)
        named = env_get("PLAYBOOK_STATE");
    return named != NULL ? named : home(arena, "XDG_STATE_HOME", ".local/state");
}

const char *dirs_config(struct arena *arena)
{
    const char *named = env_get("PLAYBOOK_CONFIG");
    return named != NULL ? named : home(arena, "XDG_CONFIG_HOME", ".config");
}
