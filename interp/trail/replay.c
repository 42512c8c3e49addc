// Verified reading. Not for deciding what lines mean.
// Invariant: a line handed out is one of those that were hashed: matching lines are kept from the verifying
// pass, so that nothing can be exchanged between checking and reading.
#include "trail/replay.h"

#include <string.h>

#include "base/arena.h"
#include "data/json.h"
#include "trail/lines.h"

struct kept {
    const char *line;
    size_t length;
};

struct pass {
    struct arena *arena; // of the kept lines
    const char *containing;
    struct tree tree;
    struct kept *kept;
    size_t count, size;
};

static void keep(struct pass *pass, const char *line, size_t length)
{
    if (pass->containing != NULL && memmem(line, length, pass->containing, strlen(pass->containing)) == NULL)
        return;
    if (pass->count == pass->size) {
        size_t size = pass->size == 0 ? 64 : pass->size * 2;
        pass->kept = arena_grow(pass->arena, pass->kept, pass->count, size, sizeof *pass->kept);
        pass->size = size;
    }
    pass->kept[pass->count++] = (struct kept){arena_strndup(pass->arena, line, length), length};
}

static bool check_root(const struct pass *pass, const struct head_state *head, struct err *err)
{
    unsigned char root[TREE_HASH];
    tree_root(&pass->tree, root);
    return memcmp(root, head->root, TREE_HASH) == 0 ||
           err_set(err, E_TAMPERED, "the first %llu lines of the log do not give the signed root",
                   (unsigned long long)head->size);
}

// Hashes the signed lines; at the older head's size its root must come out too.
static bool verify(struct pass *pass, struct lines *lines, const struct head *head, struct err *err)
{
    for (;;) {
        if (head->has_old && pass->tree.size == head->old.size && !check_root(pass, &head->old, err))
            return false;
        if (pass->tree.size == head->now.size)
            return check_root(pass, &head->now, err);
        if (!lines_next(lines, err))
            return false;
        if (lines->line == NULL)
            return err_set(err, E_TAMPERED, "the log has %llu whole lines, %llu are signed",
                           (unsigned long long)pass->tree.size, (unsigned long long)head->now.size);
        unsigned char leaf[TREE_HASH];
        tree_leaf(lines->line, lines->length, leaf);
        tree_append(&pass->tree, leaf);
        keep(pass, lines->line, lines->length);
    }
}

static bool read_head(struct store *store, struct head *head, struct err *err)
{
    unsigned char slots[HEAD_FILE];
    if (!store_lock(store, err))
        return false;
    bool ok = store_read_heads(store, slots, err);
    store_unlock(store);
    // The signatures of the bytes that the store holds were verified when it took them, or are its own.
    bool known = ok && store->loaded && memcmp(slots, store->slots, HEAD_FILE) == 0;
    if (!ok || !head_read(slots, &store->keys->signer.key, !known, head, err))
        return false;
    return head->now.size >= store->at.tree.size ||
           err_set(err, E_TAMPERED, "the head of the trail went back from %llu lines to %llu",
                   (unsigned long long)store->at.tree.size, (unsigned long long)head->now.size);
}

bool replay_lines(struct store *store, struct arena *arena, const char *containing, trail_reader *each,
                  void *context, struct err *err)
{
    struct head head;
    if (!read_head(store, &head, err))
        return false;
    struct arena *scratch = arena_open();
    struct pass pass = {.arena = scratch, .containing = containing};
    struct lines lines = lines_new(scratch, &store->log, 0);
    bool ok = verify(&pass, &lines, &head, err), more = true;
    for (size_t i = 0; ok && more && i < pass.count; i++) {
        const struct value *value =
            json_parse_own(arena, store->log.name, pass.kept[i].line, pass.kept[i].length, err);
        ok = value != NULL;
        more = ok && each(context, value);
    }
    arena_close(scratch);
    return ok;
}
