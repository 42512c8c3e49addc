// The files of a trail, and the order of writes. Not for what lines say (record.c) nor for who waits
// (trail.c). Invariants: the head never covers a line that is not durable; its size never goes down; no size
// is signed twice with different roots, because a signed slot counts from the moment it was written.
#include "trail/store.h"

#include <string.h>

#include "base/arena.h"
#include "trail/aside.h"
#include "trail/index.h"
#include "trail/lines.h"
#include "trail/publish.h"
#include "trail/tile.h"

static char *name_in(struct arena *arena, const char *folder, const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

bool store_create(struct arena *arena, const char *folder, const struct keys *keys, struct err *err)
{
    const char *beside = arena_printf(arena, "%s.new", folder);
    struct file log = {.fd = -1}, lock = {.fd = -1};
    struct head_state empty = {0};
    struct tree tree = {0};
    unsigned char slots[HEAD_FILE] = {0};
    tree_root(&tree, empty.root);
    head_write(&keys->signer, &empty, slots);
    bool ok = file_mkdirs(beside, err) &&
              file_open(&lock, name_in(arena, beside, "lock"), FILE_UPDATE, err) &&
              file_open(&log, name_in(arena, beside, "log.jsonl"), FILE_UPDATE, err) &&
              file_truncate(&log, 0, err) && file_sync(&log, err) &&
              file_replace(name_in(arena, beside, "head"), slots, sizeof slots, err) &&
              file_rename(beside, folder, err);
    file_close(&log);
    file_close(&lock);
    return ok;
}

bool store_open(struct store *store, struct arena *arena, const char *folder, const struct keys *keys,
                bool reads, struct err *err)
{
    const char *log = name_in(arena, folder, "log.jsonl"), *heads = name_in(arena, folder, "head"),
               *cache = name_in(arena, folder, "frontier"), *lock = name_in(arena, folder, "lock");
    enum file_mode update = reads ? FILE_READ : FILE_UPDATE;
    *store = (struct store){.arena = arena, .folder = folder, .keys = keys, .reads = reads};
    store->shelf = index_shelf_open(arena);
    store->tail.keys.arena = arena_open();
    store->lock.fd = store->log.fd = store->heads.fd = store->cache.fd = -1;
    if (file_is_gone(log) || file_is_gone(heads))
        return err_set(err, E_TAMPERED, "%s is missing", file_is_gone(log) ? log : heads);
    return ((reads && file_is_gone(lock)) || file_open(&store->lock, lock, update, err)) &&
           file_open(&store->log, log, reads ? FILE_READ : FILE_APPEND, err) &&
           file_open(&store->heads, heads, update, err) &&
           ((reads && !file_exists(cache)) || file_open(&store->cache, cache, update, err));
}

void store_close(struct store *store)
{
    index_shelf_close(store->shelf);
    arena_close(store->tail.keys.arena);
    file_close(&store->cache);
    file_close(&store->heads);
    file_close(&store->log);
    file_close(&store->lock);
}

// Anew where somebody has removed the file meanwhile: two could hold a lock each. A trail that is only read
// may have none.
bool store_lock(struct store *store, struct err *err)
{
    bool had;
    while (store->lock.fd >= 0) {
        if (!file_lock(&store->lock, true, &had, err))
            return false;
        if (store->reads || file_in_place(&store->lock) || !file_in_place(&store->heads))
            return true;
        file_close(&store->lock);
        if (!file_open(&store->lock, store->lock.name, FILE_UPDATE, err))
            return false;
    }
    return true;
}

void store_unlock(struct store *store)
{
    if (store->lock.fd >= 0)
        file_unlock(&store->lock);
}

bool store_read_heads(struct store *store, unsigned char slots[HEAD_FILE], struct err *err)
{
    size_t got;
    uint64_t size;
    if (!file_in_place(&store->heads) || !file_in_place(&store->log))
        return err_set(err, E_TAMPERED, "the files of %s were exchanged while they were open", store->folder);
    if (!file_size(&store->heads, &size, err) || !file_read_at(&store->heads, 0, slots, HEAD_FILE, &got, err))
        return false;
    return (got == HEAD_FILE && size == HEAD_FILE) ||
           err_set(err, E_TAMPERED, "%s has %llu bytes, not %d", store->heads.name, (unsigned long long)size,
                   HEAD_FILE);
}

bool store_is_behind(const struct store *store)
{
    unsigned char slots[HEAD_FILE];
    size_t got;
    struct file heads = store->heads;
    return !file_read_at(&heads, 0, slots, HEAD_FILE, &got, NULL) || got != HEAD_FILE ||
           memcmp(slots, store->slots, HEAD_FILE) != 0;
}

static bool is_root(const struct tree *tree, const unsigned char root[TREE_HASH])
{
    unsigned char own[TREE_HASH];
    tree_root(tree, own);
    return memcmp(own, root, TREE_HASH) == 0;
}

// Follows the log from `at` to the head's size.
static bool follow(struct store *store, struct frontier *at, const struct head_state *head, struct err *err)
{
    if (at->tree.size > head->size)
        return err_set(err, E_TAMPERED, "the head of the trail went back from %llu lines to %llu",
                       (unsigned long long)at->tree.size, (unsigned long long)head->size);
    if (at->tree.size < head->size) {
        struct arena *arena = arena_open();
        struct lines lines = lines_new(arena, &store->log, at->offset);
        bool ok = true;
        while (ok && at->tree.size < head->size) {
            ok = lines_next(&lines, err) &&
                 (lines.line != NULL ||
                  err_set(err, E_TAMPERED, "the log has %llu whole lines, %llu are signed",
                          (unsigned long long)at->tree.size, (unsigned long long)head->size));
            if (ok) {
                tree_leaf(lines.line, lines.length, at->last);
                tree_append(&at->tree, at->last);
            }
        }
        at->offset = lines.offset;
        arena_close(arena);
        if (!ok)
            return false;
    }
    return is_root(&at->tree, head->root) ||
           err_set(err, E_TAMPERED, "the first %llu lines of the log do not give the signed root",
                   (unsigned long long)head->size);
}

// The verified position to start from, and whether the head file is exactly the one that was sealed with it.
static bool start(struct store *store, const unsigned char slots[HEAD_FILE], struct frontier *at,
                  bool *sealed, struct err *err)
{
    *sealed = false;
    *at = store->at;
    if (store->loaded)
        return true;
    unsigned char bytes[FRONTIER_FILE], digest[TREE_HASH];
    size_t got = 0;
    if (store->cache.fd >= 0 && !file_read_at(&store->cache, 0, bytes, sizeof bytes, &got, err))
        return false;
    crypto_sha256(slots, HEAD_FILE, digest);
    *sealed = frontier_read(bytes, got, store->keys->seal, at) && memcmp(digest, at->heads, TREE_HASH) == 0;
    return true;
}

// What is published as whole tiles, and the lines behind that, must give the signed root.
static bool stand_on_tiles(struct store *store, uint64_t published, struct frontier *at,
                           const struct head_state *head, struct err *err)
{
    struct arena *arena = arena_open();
    uint64_t size, most = published < head->size ? published : head->size - 1; // the last line is to be seen
    struct tiler *tiler = tiler_new(arena, most - most % TILE_WIDTH, NULL, NULL);
    bool ok = publish_load(arena, store->folder, published, tiler) && file_size(&store->log, &size, err) &&
              lines_find(&store->log, size, tiler->size, &at->offset, err);
    tiler_tree(tiler, &at->tree);
    arena_close(arena);
    return ok && follow(store, at, head, err);
}

// Nothing remembers where it stood: the tiles tell, or all lines must give the signed root.
static bool stand_anew(struct store *store, struct frontier *at, const struct head_state *head,
                       struct err *err)
{
    struct arena *arena = arena_open();
    uint64_t published = publish_size(arena, store->folder);
    arena_close(arena);
    if (published > head->size)
        return err_set(err, E_TAMPERED, "the checkpoint covers %llu lines, the head only %llu",
                       (unsigned long long)published, (unsigned long long)head->size);
    *at = (struct frontier){0};
    if (published >= TILE_WIDTH && stand_on_tiles(store, published, at, head, err))
        return true;
    *at = (struct frontier){0};
    return follow(store, at, head, err);
}

static bool load(struct store *store, const unsigned char slots[HEAD_FILE], struct err *err)
{
    struct frontier at;
    struct head head;
    bool sealed;
    if (!start(store, slots, &at, &sealed, err) ||
        !head_read(slots, &store->keys->signer.key, !sealed, &head, err) ||
        !(at.tree.size == 0 ? stand_anew(store, &at, &head.now, err) : follow(store, &at, &head.now, err)))
        return false;
    store->at = at;
    store->head = head;
    memcpy(store->slots, slots, HEAD_FILE);
    store->loaded = true;
    store->old_known = false;
    return true;
}

bool store_refresh(struct store *store, struct err *err)
{
    unsigned char slots[HEAD_FILE];
    uint64_t size;
    if (!store_read_heads(store, slots, err))
        return false;
    if ((!store->loaded || memcmp(slots, store->slots, HEAD_FILE) != 0) && !load(store, slots, err))
        return false;
    if (!file_size(&store->log, &size, err))
        return false;
    if (size < store->at.offset)
        return err_set(err, E_TAMPERED, "the log has %llu bytes, %llu are signed", (unsigned long long)size,
                       (unsigned long long)store->at.offset);
    struct arena *arena = arena_open();
    bool ok = size == store->at.offset || store->reads ||
              aside_save(arena, store->folder, &store->log, store->at.offset, size, err);
    arena_close(arena);
    return ok;
}

// The cache is only a saving of work: if it cannot be written, the next opening hashes the log.
static void save_frontier(struct store *store)
{
    unsigned char bytes[FRONTIER_FILE];
    struct err ignored;
    crypto_sha256(store->slots, HEAD_FILE, store->at.heads);
    frontier_write(&store->at, store->keys->seal, bytes);
    if (!file_write_at(&store->cache, 0, bytes, sizeof bytes, &ignored))
        file_remove(store->cache.name);
}

bool store_reserve(struct store *store, uint64_t length, struct err *err)
{
    return file_reserve(&store->log, store->at.offset, length, err);
}

bool store_write(struct store *store, const char *lines, size_t length, struct err *err)
{
    return file_append(&store->log, lines, length, err);
}

bool store_seal(struct store *store, const struct frontier *next, struct err *err)
{
    // While the disk takes the lines in, the head is signed: it is written when they are there, not before.
    file_hasten(&store->log);
    int slot = !store->head.slot;
    unsigned char *bytes = store->slots + slot * HEAD_SLOT;
    struct head_state state = {.size = next->tree.size};
    tree_root(&next->tree, state.root);
    head_write(&store->keys->signer, &state, bytes);
    if (!file_sync(&store->log, err) ||
        !file_write_at(&store->heads, (uint64_t)slot * HEAD_SLOT, bytes, HEAD_SLOT, err) ||
        !file_sync(&store->heads, err))
        return false;
    store->head = (struct head){.now = state, .slot = slot, .has_old = true, .old = store->head.now};
    store->old_known = true;
    store->at = *next;
    save_frontier(store);
    return true;
}
