// Tiles: names and contents. Not for files (publish.c, verify_tiles.c). Invariant: a hash of level n + 1
// comes from a full tile of level n; partial tiles are never hashed upwards.
#include "trail/tile.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"

char *tile_path(struct arena *arena, int level, uint64_t number, unsigned width)
{
    struct text text = text_new(arena);
    text_add(&text, "tile/");
    if (level == TILE_ENTRIES)
        text_add(&text, "entries");
    else
        text_addf(&text, "%d", level);
    uint64_t groups[8];
    int count = 0;
    do {
        groups[count++] = number % 1000;
        number /= 1000;
    } while (number > 0);
    while (count-- > 0)
        text_addf(&text, "/%s%03llu", count > 0 ? "x" : "", (unsigned long long)groups[count]);
    if (width < TILE_WIDTH)
        text_addf(&text, ".p/%u", width);
    return text.ptr;
}

struct tiler *tiler_new(struct arena *arena, uint64_t size, tile_taker *take, void *context)
{
    REQUIRE(size % TILE_WIDTH == 0);
    struct tiler *tiler = ARENA_NEW(arena, struct tiler);
    tiler->size = size;
    tiler->bundle = text_new(arena);
    tiler->take = take;
    tiler->context = context;
    return tiler;
}

unsigned tiler_count(const struct tiler *tiler, int level)
{
    return (unsigned)(tiler->size >> (8 * level)) % TILE_WIDTH;
}

static bool hand_over(struct tiler *tiler, int level, uint64_t number, unsigned width, struct err *err)
{
    if (tiler->take == NULL)
        return true;
    if (level == TILE_ENTRIES)
        return tiler->take(tiler->context, level, number, width, tiler->bundle.ptr, tiler->bundle.length,
                           err);
    return tiler->take(tiler->context, level, number, width, tiler->hashes[level], (size_t)width * TREE_HASH,
                       err);
}

// The tile in work of level 0 has become full, and with it perhaps others.
static bool close_tiles(struct tiler *tiler, struct err *err)
{
    uint64_t number = tiler->size / TILE_WIDTH - 1;
    if (!hand_over(tiler, TILE_ENTRIES, number, TILE_WIDTH, err))
        return false;
    tiler->bundle.length = 0;
    for (int level = 0;; level++) {
        REQUIRE(level + 1 < TILE_LEVELS);
        if (!hand_over(tiler, level, number, TILE_WIDTH, err))
            return false;
        unsigned place = (unsigned)(number % TILE_WIDTH);
        tree_range((const unsigned char(*)[TREE_HASH])tiler->hashes[level], TILE_WIDTH,
                   tiler->hashes[level + 1][place]);
        if (place + 1 < TILE_WIDTH)
            return true;
        number /= TILE_WIDTH;
    }
}

bool tiler_add(struct tiler *tiler, const char *entry, size_t length, const unsigned char leaf[TREE_HASH],
               struct err *err)
{
    REQUIRE(length <= 65535);
    if (tiler->take != NULL) {
        text_addc(&tiler->bundle, (char)(length >> 8));
        text_addc(&tiler->bundle, (char)(length & 0xFF));
        text_addn(&tiler->bundle, entry, length);
    }
    memcpy(tiler->hashes[0][tiler->size % TILE_WIDTH], leaf, TREE_HASH);
    tiler->size++;
    return tiler->size % TILE_WIDTH != 0 || close_tiles(tiler, err);
}

bool tiler_flush(struct tiler *tiler, struct err *err)
{
    unsigned entries = tiler_count(tiler, 0);
    if (entries > 0 && !hand_over(tiler, TILE_ENTRIES, tiler->size / TILE_WIDTH, entries, err))
        return false;
    for (int level = 0; level < TILE_LEVELS; level++) {
        unsigned count = tiler_count(tiler, level);
        if (count > 0 && !hand_over(tiler, level, tiler->size >> (8 * (level + 1)), count, err))
            return false;
    }
    return true;
}

void tiler_tree(const struct tiler *tiler, struct tree *tree)
{
    size_t edge = 0;
    *tree = (struct tree){.size = tiler->size};
    for (int level = TILE_LEVELS - 1; level >= 0; level--) {
        unsigned count = tiler_count(tiler, level), at = 0;
        for (unsigned bit = TILE_WIDTH / 2; bit > 0; bit /= 2)
            if ((count & bit) != 0) {
                tree_range((const unsigned char(*)[TREE_HASH])tiler->hashes[level] + at, bit,
                           tree->edge[edge++]);
                at += bit;
            }
    }
}
