// Writes tiles and checkpoint. Not for their contents (tile.c). Invariants: a tile is on disk before the
// checkpoint that needs it; none gets its name before the lines have given the signed root; a published file
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
    LEFT = 4 * TILE_WIDTH,         // lines: fewer than that a process that ends leaves to the next one
    AT_ONCE = 64                   // files that wait for the disk together
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
    const char *bytes = file_exists(name) ? file_load(arena, name, MAX_CHECKPOINT, &length, NULL) : NULL;
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
    const char *bytes = file_exists(name) ? file_load(arena, name, wanted, &length, NULL) : NULL;
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

// Feeds a tiler with the log's lines from `offset` on.
static bool feed(struct arena *arena, const struct publish *publish, uint64_t offset, struct tiler *tiler,
                 struct err *err)
{
    struct lines lines = lines_new(arena, publish->log, offset);
    unsigned char leaf[TREE_HASH];
    while (tiler->size < publish->head.size) {
        if (!lines_next(&lines, err))
            return false;
        if (lines.line == NULL)
            return err_set(err, E_TAMPERED, "the log has %llu whole lines, %llu are signed",
                           (unsigned long long)tiler->size, (unsigned long long)publish->head.size);
        tree_leaf(lines.line, lines.length, leaf);
        if (!tiler_add(tiler, lines.line, lines.length, leaf, err))
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
    const char *found = file_load(arena, name, TILE_MAX_BUNDLE, &got, NULL);
    *same = found != NULL && got == length && memcmp(found, bytes, length) == 0;
    return true;
}

// Tiles on their way: beside their places, made durable many at a time, until the root is known to fit.
struct writing {
    const struct publish *publish;
    struct arena *arena;
    const char **names;   // of all: a block of lines has two, a level one that is not full, and some more
    size_t count, synced; // of them; the others are open
    struct file open[AT_ONCE];
    const char **folders; // that have tiles of this publication
    size_t folder_count;
    const char *other; // the first file that is there with other bytes
};

static void remember(struct writing *writing, const char *folder)
{
    for (size_t i = 0; i < writing->folder_count; i++)
        if (text_is(writing->folders[i], folder))
            return;
    writing->folders = arena_grow(writing->arena, writing->folders, writing->folder_count,
                                  writing->folder_count + 1, sizeof *writing->folders);
    writing->folders[writing->folder_count++] = folder;
}

// The disk has begun with all of them, and writes what it keeps of them once.
static bool sync_open(struct writing *writing, struct err *err)
{
    bool ok = true;
    for (size_t i = writing->synced; i < writing->count; i++) {
        struct file *file = &writing->open[i - writing->synced];
        ok = ok && file_sync(file, err);
        file_close(file);
    }
    writing->synced = writing->count;
    return ok;
}

static bool stage(struct writing *writing, const char *name, const void *bytes, size_t length,
                  struct err *err)
{
    if (writing->count - writing->synced == AT_ONCE && !sync_open(writing, err))
        return false;
    struct file *file = &writing->open[writing->count - writing->synced];
    if (!file_stage(file, name, FILE_NEW, bytes, length, err))
        return false;
    file_hasten(file);
    writing->names[writing->count++] = name;
    return true;
}

static bool write_tile(void *context, int level, uint64_t number, unsigned width, const void *bytes,
                       size_t length, struct err *err)
{
    struct writing *writing = context;
    const char *name =
        name_of(writing->arena, writing->publish, tile_path(writing->arena, level, number, width));
    const char *folder = arena_strndup(writing->arena, name, (size_t)(strrchr(name, '/') - name));
    struct arena *scratch = arena_open();
    bool same = true, there = is_there(scratch, name, bytes, length, &same);
    arena_close(scratch);
    if (!same && writing->other == NULL)
        writing->other = name;
    remember(writing, folder); // also of what a publication left that got no further
    return there || (file_mkdirs(folder, err) && stage(writing, name, bytes, length, err));
}

static bool unveil(struct writing *writing, struct err *err)
{
    bool ok = sync_open(writing, err);
    for (size_t i = 0; ok && i < writing->count; i++)
        ok = file_unveil(writing->names[i], err);
    for (size_t i = 0; ok && i < writing->folder_count; i++)
        ok = file_sync_dir(writing->folders[i], err);
    return ok;
}

static void give_up(struct writing *writing)
{
    for (size_t i = 0; i < writing->count; i++) {
        struct file none = {.fd = -1, .name = writing->names[i]};
        file_unstage(i < writing->synced ? &none : &writing->open[i - writing->synced]);
    }
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

// From the last full tile of `old` published lines on, where the lines give the root.
static bool write_from(struct arena *arena, const struct publish *publish, uint64_t old, bool *fits,
                       struct err *err)
{
    struct writing *writing = ARENA_NEW(arena, struct writing);
    uint64_t start = old - old % TILE_WIDTH, offset;
    struct tiler *tiler = tiler_new(arena, start, write_tile, writing);
    writing->publish = publish;
    writing->arena = arena;
    writing->names = ARENA_ARRAY(arena, const char *,
                                 (size_t)((publish->head.size - start) / TILE_WIDTH) * 3 + 2 * TILE_LEVELS);
    *fits = publish_load(arena, publish->folder, old, tiler);
    if (!*fits)
        return true;
    bool ok = lines_find(publish->log, publish->offset, start, &offset, err) &&
              feed(arena, publish, offset, tiler, err);
    *fits = ok && gives_root(publish, tiler);
    if (*fits && writing->other != NULL) {
        ok = err_set(err, E_TAMPERED, "%s is not what the log gives", writing->other);
        err_hint(err, "find out who changed it; without the folder tile everything is built anew");
    }
    if (ok && *fits)
        ok = unveil(writing, err);
    if (!ok || !*fits)
        give_up(writing);
    return ok;
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
