// Published tiles and bundles against the log, as it is read. Not for writing them (publish.c). Invariants:
// every file that the checkpoint needs is compared byte for byte, and so is every other one that is there;
// tiles count as evidence of what the lines were only when they give the signed root of the checkpoint.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/folder.h"
#include "trail/publish.h"
#include "trail/tile.h"
#include "trail/verify_pass.h"

enum { MAX_KEPT = 6 };

struct verify_tiles {
    struct tiler *tiler;
    uint64_t needed;       // entries that the checkpoint covers
    struct tree published; // of the leaves that tiles of level 0 hold, as long as none is missing
    bool authentic, ended;
    int64_t changed; // the first entry whose leaf is not what its tile holds; -1: none
    const char *wrong[MAX_KEPT];
    size_t wrong_count;
    const char *missing, *longer; // the first file of the kind
    uint64_t missing_count;
};

static void note_wrong(struct verify_pass *pass, const char *path, const char *how)
{
    struct verify_tiles *tiles = pass->tiles;
    const char *text = arena_printf(pass->arena, "%s %s", path, how);
    for (size_t i = 0; i < tiles->wrong_count; i++)
        if (strcmp(tiles->wrong[i], text) == 0)
            return; // a file that both the checkpoint and the log's end want
    if (tiles->wrong_count < MAX_KEPT)
        tiles->wrong[tiles->wrong_count++] = text;
}

static const char *read_tile(struct verify_pass *pass, struct arena *arena, const char *path, size_t *length)
{
    const char *name = arena_printf(arena, "%s/%s", pass->folder, path);
    return file_exists(name) ? file_load(arena, name, TILE_MAX_BUNDLE, length, NULL) : NULL;
}

// The leaves of a tile that the checkpoint needs.
static void take_leaves(struct verify_pass *pass, const unsigned char *found, const unsigned char *wanted,
                        unsigned width)
{
    struct verify_tiles *tiles = pass->tiles;
    for (unsigned i = 0; i < width; i++, found += TREE_HASH, wanted += TREE_HASH) {
        if (tiles->changed < 0 && memcmp(found, wanted, TREE_HASH) != 0)
            tiles->changed = (int64_t)tiles->published.size;
        tree_append(&tiles->published, found);
    }
}

// Bytes that the first `width` of a bundle's entries take.
static size_t bundle_length(const unsigned char *bytes, size_t length, unsigned width)
{
    size_t at = 0;
    for (; width > 0 && at + 2 <= length; width--)
        at += 2 + ((size_t)bytes[at] << 8 | bytes[at + 1]);
    return at;
}

// Narrower files of the same tile, from earlier checkpoints, must be its beginning.
static void compare_older(struct verify_pass *pass, struct arena *arena, const char *full, int level,
                          unsigned width, const void *bytes, size_t length)
{
    const char *folder = arena_printf(arena, "%s/%s.p", pass->folder, full);
    for (char **name = folder_list(arena, folder); *name != NULL; name++) {
        if ((*name)[strspn(*name, "0123456789")] != '\0') // 15.new: what a crash left of writing 15
            continue;
        const char *path = arena_printf(arena, "%s.p/%s", full, *name);
        unsigned long older = strtoul(*name, NULL, 10);
        if (older > width && pass->tiles->ended && older < TILE_WIDTH)
            pass->tiles->longer =
                pass->tiles->longer == NULL ? arena_strdup(pass->arena, path) : pass->tiles->longer;
        if (older == 0 || older >= width)
            continue;
        size_t wanted =
                   level == TILE_ENTRIES ? bundle_length(bytes, length, (unsigned)older) : older * TREE_HASH,
               got;
        const char *found = read_tile(pass, arena, path, &got);
        if (found == NULL || got != wanted || memcmp(found, bytes, wanted) != 0)
            note_wrong(pass, path, "is not what the log gives");
    }
}

static bool compare(void *context, int level, uint64_t number, unsigned width, const void *bytes,
                    size_t length, struct err *err)
{
    struct verify_pass *pass = context;
    struct verify_tiles *tiles = pass->tiles;
    struct arena *arena = arena_open();
    int shift = level == TILE_ENTRIES ? 0 : 8 * level;
    bool needed = (number * TILE_WIDTH + width) << shift <= tiles->needed;
    const char *full = tile_path(arena, level, number, TILE_WIDTH),
               *path = tile_path(arena, level, number, width);
    size_t got = 0;
    const char *found = read_tile(pass, arena, path, &got);
    bool exact = found != NULL;
    if (found == NULL && width < TILE_WIDTH && (found = read_tile(pass, arena, full, &got)) != NULL)
        path = full;
    if (found == NULL && needed && tiles->missing_count++ == 0)
        tiles->missing = arena_strdup(pass->arena, path);
    if (found != NULL && (exact ? got != length : got < length))
        note_wrong(pass, path, "has another length than the log gives");
    else if (found != NULL && memcmp(found, bytes, length) != 0)
        note_wrong(pass, path, "is not what the log gives");
    if (found != NULL && needed && level == 0 && got >= length)
        take_leaves(pass, (const unsigned char *)found, bytes, width);
    if (width < TILE_WIDTH && tiles->ended && tiles->longer == NULL &&
        file_exists(arena_printf(arena, "%s/%s", pass->folder, full)))
        tiles->longer = arena_strdup(pass->arena, full);
    compare_older(pass, arena, full, level, width, bytes, length);
    arena_close(arena);
    (void)err;
    return true;
}

void verify_tiles_begin(struct verify_pass *pass)
{
    bool any = pass->checkpoint != NULL || file_is_dir(arena_printf(pass->scratch, "%s/tile", pass->folder));
    if (pass->config->lines_only || !any)
        return;
    pass->tiles = ARENA_NEW(pass->arena, struct verify_tiles);
    pass->tiles->tiler = tiler_new(pass->arena, 0, compare, pass);
    pass->tiles->needed = pass->report->published < 0 ? 0 : (uint64_t)pass->report->published;
    pass->tiles->changed = -1;
}

// Do the tiles give the root that the checkpoint is signed with?
static void authenticate(struct verify_pass *pass)
{
    struct verify_tiles *tiles = pass->tiles;
    unsigned char root[TREE_HASH];
    for (size_t i = 0; i < pass->mark_count; i++)
        if (pass->marks[i].published && tiles->published.size == tiles->needed) {
            tree_root(&tiles->published, root);
            tiles->authentic = memcmp(root, pass->marks[i].state.root, TREE_HASH) == 0;
        }
}

// The log ended before the checkpoint: the rest of the leaves, to see whether the tiles can be believed.
static void take_rest(struct verify_pass *pass)
{
    struct verify_tiles *tiles = pass->tiles;
    while (tiles->published.size % TILE_WIDTH == 0 && tiles->published.size < tiles->needed) {
        uint64_t number = tiles->published.size / TILE_WIDTH, left = tiles->needed - tiles->published.size;
        unsigned width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
        bool in_work = number == tiles->tiler->size / TILE_WIDTH;
        size_t got = 0;
        const char *found = read_tile(pass, pass->scratch, tile_path(pass->scratch, 0, number, width), &got);
        if (found == NULL || got != (size_t)width * TREE_HASH)
            return;
        unsigned known = in_work ? tiler_count(tiles->tiler, 0) : 0;
        known = known < width ? known : width;
        take_leaves(pass, (const unsigned char *)found, tiles->tiler->hashes[0][0], known);
        for (unsigned i = known; i < width; i++)
            tree_append(&tiles->published, (const unsigned char *)found + (size_t)i * TREE_HASH);
    }
}

void verify_tiles_watch(struct verify_pass *pass, const char *line, size_t length,
                        const unsigned char leaf[TREE_HASH])
{
    struct verify_tiles *tiles = pass->tiles;
    if (tiles == NULL || !tiler_add(tiles->tiler, line, length, leaf, NULL))
        return;
    if (tiles->tiler->size == tiles->needed && tiler_flush(tiles->tiler, NULL))
        authenticate(pass);
}

// Is there a tile behind the end of the log?
static void look_behind(struct verify_pass *pass)
{
    struct verify_tiles *tiles = pass->tiles;
    uint64_t next = (tiles->tiler->size + TILE_WIDTH - 1) / TILE_WIDTH;
    for (int level = TILE_ENTRIES; level <= 0; level++) {
        const char *path = tile_path(pass->scratch, level, next, TILE_WIDTH);
        const char *name = arena_printf(pass->scratch, "%s/%s", pass->folder, path);
        bool there = file_exists(name) ||
                     folder_list(pass->scratch, arena_printf(pass->scratch, "%s.p", name))[0] != NULL;
        if (there && tiles->longer == NULL)
            tiles->longer = arena_strdup(pass->arena, path);
    }
}

// Has more been published since the head was read? What is being published is awaited.
static bool is_overtaken(struct verify_pass *pass)
{
    struct file publishing = verify_lock(pass, "publish.lock");
    bool more = publish_size(pass->scratch, pass->folder) > pass->report->size;
    file_close(&publishing);
    return more;
}

void verify_tiles_judge(struct verify_pass *pass)
{
    struct verify_tiles *tiles = pass->tiles;
    bool met = pass->marks[0].met;
    if (tiles == NULL)
        return;
    if (met && tiles->tiler->size > 0) {
        tiles->ended = true;
        if (tiles->tiler->size % TILE_WIDTH != 0 && !tiler_flush(tiles->tiler, NULL))
            return;
        look_behind(pass);
    }
    if (!met && tiles->tiler->size < tiles->needed) {
        take_rest(pass);
        authenticate(pass);
    }
    if (!met && tiles->authentic) { // the lines are at fault, and the tiles know which
        pass->changed = tiles->changed;
        if (tiles->changed > (int64_t)pass->report->proven) {
            pass->report->proven = (uint64_t)tiles->changed;
            pass->report->proven_by = "the published tiles";
        }
        return;
    }
    for (size_t i = 0; i < tiles->wrong_count; i++)
        verify_add(pass, VERIFY_TAMPERED, "tile", -1, -1, "%s", tiles->wrong[i]);
    if (met && tiles->missing_count > 0)
        verify_add(pass, VERIFY_UNPUBLISHED, "no-tile", -1, -1,
                   "%s is not there, nor %llu more; audit publish builds again what is missing",
                   tiles->missing, (unsigned long long)tiles->missing_count - 1);
    if (met && tiles->longer != NULL && !is_overtaken(pass))
        verify_add(pass, VERIFY_CLEAN, "longer", (int64_t)pass->report->size, -1,
                   "%s reaches behind the log's end: the log may once have been longer", tiles->longer);
}
