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

// Lines of a block; what stands beneath a node: nodes of the level below, or groups of a block's lines.
enum { INDEX_BLOCK = 256, INDEX_FAN = 16, INDEX_GROUP = INDEX_BLOCK / INDEX_FAN, INDEX_LEVELS = 12 };

struct index {
    const char *folder; // STATE/trail
    struct file *log;
    const unsigned char *seal; // CRYPTO_KEY_SIZE bytes
    uint32_t key;              // what is looked for: of a node that is in parts, the part that would have it
    bool anew;                 // nothing that is there is used
    bool reads;                // nothing is written
    struct index_shelf *shelf; // what was used before; NULL: nothing is remembered
};

// What an open trail remembers of the nodes that it used, so that many who look for something do not read
// them again. Lives in the arena, and must be closed.
struct index_shelf *index_shelf_open(struct arena *arena);
void index_shelf_close(struct index_shelf *shelf);

// What is spoken of: the hash of a member as it is written, and where beneath (bits). Two may have one key:
// then lines are read in which there is nothing.
struct index_entry {
    uint32_t key;
    uint16_t beneath;
};
// Entries as they are gathered, each key perhaps many times.
struct index_keys {
    struct arena *arena;
    struct index_entry *items;
    size_t count, size;
};
struct index_node {
    int level; // 0: a block of lines
    uint64_t number;
    uint32_t
        part; // of its entries: a node of level n is in 16^(n-1) parts, each as small as a node of level 1
    uint64_t offset, end; // of its bytes in the log
    unsigned char root[TREE_HASH];
    uint64_t offsets[INDEX_FAN]; // of what stands beneath, and its roots
    unsigned char roots[INDEX_FAN][TREE_HASH];
    struct index_entry *entries; // by key
    size_t count;
};

// The key of a needle that the index knows: `"run":"…"`, `"undoes":"…"`, `"about":"…"`, `"subject":"…"` of a
// change's result, each whole; the beginning of a run's id, `"run":"20261125…`, from its day on; and a few
// texts as they are: what begins a run or tells its fate, leases, questions that have a time, what was taken
// back. False: it has to be looked for everywhere.
bool index_key(const char *containing, uint32_t *key);
// Gathers what a line speaks of; it stands beneath (one bit).
void index_gather(struct index_keys *all, const char *line, size_t length, uint16_t beneath);
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
// Makes what comes of the blocks behind the first `known`, so that who looks for a run's lines need not.
MUST_CHECK bool index_make(const struct index *index, uint64_t known, uint64_t blocks, struct err *err);
