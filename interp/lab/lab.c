// Looks at an estate on disk, whether somebody serves it or not. Not for serving it: server.c. Invariant:
// nothing is changed but by a reset, and an estate that cannot be read whole is an error.
#include "lab/lab.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/digest.h"
#include "lab/estate.h"

bool lab_reset(const struct lab_config *config, struct err *err)
{
    return estate_reset(config->dir, config->estate, err);
}

// Closes it; false where something in it could not be read.
static bool close_whole(struct estate *estate, const struct lab_config *config, struct err *err)
{
    bool broken = estate_is_broken(estate);
    estate_close(estate);
    return !broken || err_set(err, E_FILE, "the estate in %s cannot be read", config->dir);
}

char *lab_digest(struct arena *arena, const struct lab_config *config, struct err *err)
{
    struct estate *estate = estate_open(config->dir, config->estate, err);
    if (estate == NULL)
        return NULL;
    struct arena *scratch = arena_open();
    char *digest = arena_strdup(arena, digest_estate(scratch, estate));
    arena_close(scratch);
    return close_whole(estate, config, err) ? digest : NULL;
}

const struct value *lab_lines(struct arena *arena, const struct lab_config *config, struct err *err)
{
    struct estate *estate = estate_open(config->dir, config->estate, err);
    if (estate == NULL)
        return NULL;
    const struct value *lines = digest_lines(arena, estate);
    return close_whole(estate, config, err) ? lines : NULL;
}

bool lab_find(struct arena *arena, const struct lab_config *config, const char *key,
              const struct value **found, struct err *err)
{
    struct estate *estate = estate_open(config->dir, config->estate, err);
    if (estate == NULL)
        return false;
    *found = estate_get(estate, text_lower(arena, key));
    *found = *found == NULL ? NULL : value_copy(arena, *found);
    return close_whole(estate, config, err);
}
