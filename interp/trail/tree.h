// The Merkle tree of RFC 6962 over the lines of the log: append, root, and the hash of a range of leaves.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

enum { TREE_HASH = CRYPTO_HASH_SIZE, TREE_MAX_DEPTH = 64 };

// The right edge of a tree: one hash for each set bit of the size, the largest subtree first.
struct tree {
    uint64_t size;
    unsigned char edge[TREE_MAX_DEPTH][TREE_HASH];
};

// How many hashes of the edge count.
size_t tree_edge_count(uint64_t size);
void tree_leaf(const void *entry, size_t length, unsigned char leaf[TREE_HASH]);
void tree_node(const unsigned char left[TREE_HASH], const unsigned char right[TREE_HASH],
               unsigned char out[TREE_HASH]);
void tree_append(struct tree *tree, const unsigned char leaf[TREE_HASH]);
// SHA-256 of nothing for the empty tree.
void tree_root(const struct tree *tree, unsigned char root[TREE_HASH]);
// The hash over `count` leaves that stand one behind another; count is at least 1.
void tree_range(const unsigned char (*leaves)[TREE_HASH], size_t count, unsigned char hash[TREE_HASH]);
