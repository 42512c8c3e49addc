// The index: which blocks of the log speak of what, so that one run's lines are found without reading all
// others'. Derived from the log and sealed with a keyed hash; what is missing or not ours is built again from
// the lines. It also knows the root and the place of each block, so a reader can tell that blocks and tail
// together give the signed root without hashing what it does not want.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/tree.h"

struct arena;
struct file;

// Lines of a block, and nodes of one level beneath a node of the next.
enum { INDEX_BLOCK = 256, INDEX_FAN = 16, INDEX_LEVELS = 12 };

struct index {
    const char *folder; // STATE/trail
    struct file *log;
    const unsigned char *seal; // CRYPTO_KEY_SIZE bytes
    bool anew;                 // nothing that is there is used
};

// What is spoken of: the hash of a member as it is written, and in which nodes beneath (bits). Two may have
// one key: then a block is read in which there is nothing.
struct index_entry {
    uint32_t key;
    uint16_t beneath;
};
struct index_node {
    int level; // 0: a block of lines
    uint64_t number;
    uint64_t offset, end; // of its bytes in the log
    unsigned char root[TREE_HASH];
    uint64_t offsets[INDEX_FAN]; // of the nodes beneath, and their roots
    unsigned char roots[INDEX_FAN][TREE_HASH];
    struct index_entry *entries; // by key
    size_t count;
};

// The key of a needle that the index knows: `"run":"…"`, `"undoes":"…"`, `"about":"…"` or
// `"type":"run.started"`, each whole. False: it has to be looked for everywhere.
bool index_key(const char *containing, uint32_t *key);
// A node, from its file or from the log, where its bytes begin at `offset`.
MUST_CHECK bool index_node(const struct index *index, struct arena *arena, int level, uint64_t number,
                           uint64_t offset, struct index_node *node, struct err *err);
const struct index_entry *index_find(const struct index_node *node, uint32_t key); // NULL: none

// Walks over the nodes that together cover the first `blocks` blocks, in order; false from `each` with err
// filled ends it.
typedef bool index_taker(void *context, const struct index_node *node, struct err *err);
MUST_CHECK bool index_cover(const struct index *index, struct arena *arena, uint64_t blocks,
                            index_taker *each, void *context, struct err *err);
// The tree with all lines of a node behind its own; nodes come in the order of index_cover.
void index_step(struct tree *tree, const struct index_node *node);
// The position behind the first `blocks` blocks: how the tree stands there, and the place in the log.
MUST_CHECK bool index_position(const struct index *index, uint64_t blocks, struct tree *tree,
                               uint64_t *offset, struct err *err);
