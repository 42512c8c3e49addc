// What is read back of an open trail: bodies, places, lines. Not for writing (trail.c). Invariant: a process
// that has read a run's lines knows its numbers, so what it appends follows on.
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "trail/blob.h"
#include "trail/mask.h"
#include "trail/replay.h"
#include "trail/trail.h"
#include "trail/trail_parts.h"

const struct value *trail_mask_value(struct trail *trail, struct arena *arena, const struct value *value)
{
    return mask_value(arena, trail->keys.mask, value);
}

struct trail_extent trail_extent(struct trail *trail, struct arena *arena, const char *run)
{
    const struct runs_state *state = runs_find(&trail->runs, run);
    unsigned char root[TREE_HASH];
    tree_root(&trail->store.at.tree, root);
    return (struct trail_extent){.first = state == NULL ? -1 : state->first,
                                 .last = state == NULL ? -1 : state->last,
                                 .root = crypto_base64(arena, root, sizeof root)};
}

uint64_t trail_size(const struct trail *trail)
{
    return trail->store.at.tree.size;
}

uint64_t trail_commit_count(const struct trail *trail)
{
    return trail->commits;
}

const struct value *trail_blob_value(struct trail *trail, struct arena *arena, const struct value *value,
                                     struct err *err)
{
    return blob_value(arena, trail->store.folder, value, err);
}

const char *trail_needle(struct arena *arena, const char *member, const char *text)
{
    struct text needle = text_new(arena);
    text_addf(&needle, "\"%s\":", member);
    json_write_string(&needle, text);
    return text_done(&needle);
}

bool trail_key_changed(struct trail *trail, const struct err *why)
{
    struct keys keys = {0};
    bool changed = why->code == E_TAMPERED &&
                   (trail->store.reads ? keys_load_to_read : keys_load)(trail->arena, trail->state,
                                                                        trail->config_dir, &keys, NULL) &&
                   keys.signer.key.id != trail->keys.signer.key.id;
    if (changed)
        trail->keys = keys;
    keys_wipe(&keys);
    return changed;
}

// The head cannot be read: may it be tried again? No line was handed on yet.
static bool may_read_again(struct trail *trail, const struct err *why)
{
    struct err err;
    if (why->code != E_TAMPERED || !store_lock(&trail->store, &err))
        return false;
    bool changed = trail_key_changed(trail, why);
    store_unlock(&trail->store);
    return changed;
}

struct learner {
    struct runs *runs;
    trail_reader *each;
    void *context;
};

static bool learn(void *context, const struct value *line)
{
    struct learner *learner = context;
    runs_learn(learner->runs, line);
    return learner->each(learner->context, line);
}

bool trail_replay(struct trail *trail, struct arena *arena, const char *containing, trail_reader *each,
                  void *context, struct err *err)
{
    struct err own;
    struct learner learner = {&trail->runs, each, context};
    err = err == NULL ? &own : err;
    return replay_lines(&trail->store, arena, containing, learn, &learner, err) ||
           (may_read_again(trail, err) &&
            replay_lines(&trail->store, arena, containing, learn, &learner, err)) ||
           trail_fail(err);
}

bool trail_replay_newest(struct trail *trail, struct arena *arena, const char *containing, trail_reader *each,
                         void *context, struct err *err)
{
    struct err own;
    struct learner learner = {&trail->runs, each, context};
    err = err == NULL ? &own : err;
    return replay_newest(&trail->store, arena, containing, learn, &learner, err) ||
           (may_read_again(trail, err) &&
            replay_newest(&trail->store, arena, containing, learn, &learner, err)) ||
           trail_fail(err);
}
