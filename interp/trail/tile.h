// Tiles and entry bundles of a log (c2sp.org/tlog-tiles): their names, and their bytes as entries come in.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "trail/tree.h"

struct arena;

enum { TILE_WIDTH = 256, TILE_LEVELS = 7, TILE_ENTRIES = -1, TILE_MAX_BUNDLE = TILE_WIDTH * (65535 + 2) };

// "tile/0/x001/067", "tile/1/000.p/8"; level TILE_ENTRIES: "tile/entries/000". Width TILE_WIDTH: a full one.
char *tile_path(struct arena *arena, int level, uint64_t number, unsigned width);

// Called for each tile or bundle; false ends the work.
typedef bool tile_taker(void *context, int level, uint64_t number, unsigned width, const void *bytes,
                        size_t length, struct err *err);

struct tiler {
    uint64_t size; // entries that were taken, or lie before where it began
    unsigned char hashes[TILE_LEVELS][TILE_WIDTH][TREE_HASH]; // of the tile in work of each level
    struct text bundle;
    tile_taker *take; // may be NULL
    void *context;
};

// At the beginning, or at `size`, a multiple of TILE_WIDTH: then the levels above 0 are to be filled by the
// caller, as many hashes as tiler_count tells.
struct tiler *tiler_new(struct arena *arena, uint64_t size, tile_taker *take, void *context);
// How many hashes the tile in work of a level has.
unsigned tiler_count(const struct tiler *tiler, int level);
// Full ones are handed over as soon as they are full: the bundle first, then tiles from level 0 up.
MUST_CHECK bool tiler_add(struct tiler *tiler, const char *entry, size_t length,
                          const unsigned char leaf[TREE_HASH], struct err *err);
// Hands over the ones in work, as they are; more may be added afterwards.
MUST_CHECK bool tiler_flush(struct tiler *tiler, struct err *err);
// The tree that the tiles give.
void tiler_tree(const struct tiler *tiler, struct tree *tree);
