// What this program last verified of a log, so that opening need not hash the whole of it: derived, replaced
// in place, never synced, and worthless without its seal (a keyed hash).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trail/tree.h"

struct arena;

enum { FRONTIER_FILE = 4096 };

struct frontier {
    struct tree tree;
    uint64_t offset;                // bytes of the log that the tree covers
    unsigned char last[TREE_HASH];  // leaf of the last line; zeros when there is none
    unsigned char heads[TREE_HASH]; // SHA-256 of the whole head file that was written with it
};

void frontier_write(const struct frontier *frontier, const unsigned char seal[CRYPTO_KEY_SIZE],
                    unsigned char file[FRONTIER_FILE]);
// False: not ours, torn or of another key; then the log is hashed from its beginning.
bool frontier_read(const unsigned char *file, size_t length, const unsigned char seal[CRYPTO_KEY_SIZE],
                   struct frontier *frontier);
