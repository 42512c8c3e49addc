// Writes tiles and checkpoint. Not for their contents (tile.c). Invariants: a tile is on disk before the
// checkpoint that needs it; nothing is written before the lines have given the signed root; a published file
// is never written again with other bytes, and the checkpoint never goes back.
#include "trail/publish.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "trail/index.h"
#include "trail/lines.h"
#include "trail/store.h"
#include "trail/tile.h"

enum {
    MAX_CHECKPOINT = 64 * 1024,
    MOST_BEHIND = 64 * TILE_WIDTH, // lines: then it is published however busy the process is
    PAUSE_NS = 1000 * 1000 * 1000, // a process publishes once in that time
    LEFT = 4 * TILE_WIDTH          // lines: fewer than that a process that ends leaves to the next one
};

static char *name_of(struct arena *arena, const struct publish *publish, const char *name)
{
    return arena_printf(arena, "%s/%s", publish->folder, name);
}

uint64_t publish_size(struct arena *arena, const char *folder)
{
    const char *name = arena_printf(arena, "%s/checkpoint", folder);
    size_t length;
    uint64_t size;
    const char *bytes = file_exists(name) ? file_read(arena, name, MAX_CHECKPOINT, &length, NULL) : NULL;
    const char *origin = bytes == NULL ? NULL : note_line(arena, &bytes);
    const char *line = origin == NULL ? NULL : note_line(arena, &bytes);
    return line != NULL && note_parse_decimal(line, &size) ? size : 0;
}

static bool load_tile(struct arena *arena, const char *folder, uint64_t size, int level, uint64_t number,
                      unsigned count, unsigned char (*hashes)[TREE_HASH])
{
    uint64_t there = size >> (8 * level);
    unsigned width = number < there / TILE_WIDTH ? TILE_WIDTH : (unsigned)(there % TILE_WIDTH);
    const char *name = arena_printf(arena, "%s/%s", folder, tile_path(arena, level, number, width));
    size_t length, wanted = (size_t)width * TREE_HASH;
    const char *bytes = file_exists(name) ? file_read(arena, name, wanted, &length, NULL) : NULL;
    if (bytes == NULL || length != wanted || count > width)
        return false;
    memcpy(hashes, bytes, (size_t)count * TREE_HASH);
    return true;
}

bool publish_load(struct arena *arena, const char *folder, uint64_t size, struct tiler *tiler)
{
    bool ok = true;
    for (int level = 1; ok && level < TILE_LEVELS; level++) {
        unsigned count = tiler_count(tiler, level);
        ok = count == 0 || load_tile(arena, folder, size, level, tiler->size >> (8 * (level + 1)), count,
                                     tiler->hashes[level]);
    }
    return ok;
}

// What is published anew: whole lines from a multiple of the width on.
struct part {
    uint64_t start, offset;
    unsigned char (*leaves)[TREE_HASH];
    uint64_t known; // so many of the leaves
};

// Feeds a tiler with the part's lines. A leaf that is not known is hashed, and then is.
static bool feed(struct arena *arena, const struct publish *publish, struct part *part, struct tiler *tiler,
                 struct err *err)
{
    struct lines lines = lines_new(arena, publish->log, part->offset);
    while (tiler->size < publish->head.size) {
        uint64_t at = tiler->size - part->start;
        if (!lines_next(&lines, err))
            return false;
        if (lines.line == NULL)
            return err_set(err, E_TAMPERED, "the log has %llu whole lines, %llu are signed",
                           (unsigned long long)tiler->size, (unsigned long long)publish->head.size);
        if (at == part->known)
            tree_leaf(lines.line, lines.length, part->leaves[part->known++]);
        if (!tiler_add(tiler, lines.line, lines.length, part->leaves[at], err))
            return false;
    }
    return tiler_flush(tiler, err);
}

static bool gives_root(const struct publish *publish, const struct tiler *tiler)
{
    struct tree tree;
    unsigned char root[TREE_HASH];
    tiler_tree(tiler, &tree);
    tree_root(&tree, root);
    return memcmp(root, publish->head.root, TREE_HASH) == 0;
}

static bool is_there(struct arena *arena, const char *name, const void *bytes, size_t length, bool *same)
{
    if (!file_exists(name))
        return false;
    size_t got;
    const char *found = file_read(arena, name, TILE_MAX_BUNDLE, &got, NULL);
    *same = found != NULL && got == length && memcmp(found, bytes, length) == 0;
    return true;
}

// Tiles that were written, and the folders that got one: those are synced once, when all are there.
struct writing {
    const struct publish *publish;
    struct arena *arena;
    const char **folders;
    size_t count;
};

static void remember(struct writing *writing, const char *folder)
{
    for (size_t i = 0; i < writing->count; i++)
        if (text_is(writing->folders[i], folder))
            return;
    writing->folders = arena_grow(writing->arena, writing->folders, writing->count, writing->count + 1,
                                  sizeof *writing->folders);
    writing->folders[writing->count++] = arena_strdup(writing->arena, folder);
}

static bool sync_folders(const struct writing *writing, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < writing->count; i++)
        ok = file_sync_dir(writing->folders[i], err);
    return ok;
}

static bool write_tile(void *context, int level, uint64_t number, unsigned width, const void *bytes,
                       size_t length, struct err *err)
{
    struct writing *writing = context;
    struct arena *arena = arena_open();
    const char *name = name_of(arena, writing->publish, tile_path(arena, level, number, width));
    const char *folder = arena_strndup(arena, name, (size_t)(strrchr(name, '/') - name));
    bool same = false, ok = true;
    if (is_there(arena, name, bytes, length, &same)) {
        ok = same || err_set(err, E_TAMPERED, "%s is not what the log gives", name);
        if (!ok)
            err_hint(err, "find out who changed it; without the folder tile everything is built anew");
    } else {
        ok = file_mkdirs(folder, err) && file_put(name, FILE_UPDATE, bytes, length, err);
    }
    remember(writing, folder); // also of what a publication left that got no further
    arena_close(arena);
    return ok;
}

// Partial files of the checkpoint before, where the full one is there now.
static void remove_partial(struct arena *arena, const struct publish *publish, uint64_t old)
{
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        int shift = level == TILE_ENTRIES ? 0 : 8 * level;
        unsigned width = (unsigned)(old >> shift) % TILE_WIDTH;
        uint64_t number = old >> (shift + 8);
        if (width > 0 && number < publish->head.size >> (shift + 8))
            file_remove(name_of(arena, publish, tile_path(arena, level, number, width)));
    }
}

// From the last full tile of `old` published lines on: first whether the lines give the root, then the files.
static bool write_from(struct arena *arena, const struct publish *publish, uint64_t old, bool *fits,
                       struct err *err)
{
    struct writing writing = {.publish = publish, .arena = arena};
    struct part part = {.start = old - old % TILE_WIDTH};
    struct tiler *check = tiler_new(arena, part.start, NULL, NULL);
    struct tiler *tiler = tiler_new(arena, part.start, write_tile, &writing);
    part.leaves = arena_grow_bytes(arena, NULL, 0, (publish->head.size - part.start) * TREE_HASH);
    *fits =
        publish_load(arena, publish->folder, old, check) && publish_load(arena, publish->folder, old, tiler);
    if (!*fits)
        return true;
    if (old > part.start && load_tile(arena, publish->folder, old, 0, old / TILE_WIDTH,
                                      (unsigned)(old - part.start), part.leaves))
        part.known = old - part.start;
    if (!lines_find(publish->log, publish->offset, part.start, &part.offset, err) ||
        !feed(arena, publish, &part, check, err))
        return false;
    *fits = gives_root(publish, check);
    return !*fits || (feed(arena, publish, &part, tiler, err) && sync_folders(&writing, err));
}

static bool write_all(struct arena *arena, const struct publish *publish, bool anew, struct err *err)
{
    uint64_t old = publish_size(arena, publish->folder);
    // More: another process has written and published since this one read the head. (That the trail was
    // rolled back is for those to see who read both together.)
    if (old > publish->head.size || (old == publish->head.size && !anew))
        return true;
    uint64_t from = anew ? 0 : old;
    bool fits;
    if (!write_from(arena, publish, from, &fits, err))
        return false;
    if (!fits && from > 0 && !write_from(arena, publish, 0, &fits, err))
        return false;
    if (!fits)
        return err_set(err, E_TAMPERED, "the first %llu lines of the log do not give the signed root",
                       (unsigned long long)publish->head.size);
    // A checkpoint of this size that is there may carry signatures of others.
    if (old != publish->head.size &&
        !file_replace(name_of(arena, publish, "checkpoint"), publish->note, strlen(publish->note), err))
        return false;
    remove_partial(arena, publish, old);
    return true;
}

bool publish_run(const struct publish *publish, bool anew, bool wait, struct err *err)
{
    struct arena *scratch = arena_open();
    struct file lock;
    bool had = false;
    bool ok = file_open(&lock, name_of(scratch, publish, "publish.lock"), FILE_UPDATE, err) &&
              file_lock(&lock, wait, &had, err);
    if (ok && had)
        ok = write_all(scratch, publish, anew, err);
    file_close(&lock);
    arena_close(scratch);
    return ok;
}

static uint64_t published_now(const struct store *store)
{
    struct arena *arena = arena_open();
    uint64_t size = publish_size(arena, store->folder);
    arena_close(arena);
    return size;
}

static bool is_due(const struct publish_pace *pace, uint64_t size, int64_t now, bool last)
{
    uint64_t behind = size > pace->published ? size - pace->published : 0;
    if (size / TILE_WIDTH <= pace->published / TILE_WIDTH)
        return false;
    return behind >= (last ? (uint64_t)LEFT : now < pace->not_before_ns ? (uint64_t)MOST_BEHIND : 0);
}

bool publish_due(const struct store *store, struct publish_pace *pace, bool last, struct err *err)
{
    uint64_t size = store->at.tree.size;
    int64_t now = clock_monotonic_ns();
    if (pace->not_before_ns == 0)
        *pace = (struct publish_pace){published_now(store), now + PAUSE_NS};
    if (!is_due(pace, size, now, last))
        return true;
    pace->published = published_now(store); // others may have
    if (!is_due(pace, size, now, last))
        return true;
    struct file log = store->log;
    struct publish publish = {.folder = store->folder,
                              .log = &log,
                              .head = store->head.now,
                              .offset = store->at.offset,
                              .note = (const char *)store->slots + store->head.slot * HEAD_SLOT};
    uint64_t known = pace->published / INDEX_BLOCK;
    const struct index index = {
        .folder = store->folder, .log = &log, .seal = store->keys->seal, .shelf = store->shelf};
    pace->not_before_ns = now + PAUSE_NS;
    if (!publish_run(&publish, false, false, err))
        return false;
    pace->published = size;
    return index_make(&index, known, size / INDEX_BLOCK, err);
}
