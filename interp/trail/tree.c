// RFC 6962 hashing. Not for what a leaf means, nor for files.
// Invariant: the edge holds exactly one hash per set bit of the size, so a tree of any size is at most 64
// hashes.
#include "trail/tree.h"

#include <string.h>

#include "base/panic.h"

enum { LEAF_PREFIX = 0x00, NODE_PREFIX = 0x01 };

size_t tree_edge_count(uint64_t size)
{
    return (size_t)__builtin_popcountll(size);
}

void tree_leaf(const void *entry, size_t length, unsigned char leaf[TREE_HASH])
{
    crypto_sha256_prefixed(LEAF_PREFIX, entry, length, NULL, 0, leaf);
}

void tree_node(const unsigned char left[TREE_HASH], const unsigned char right[TREE_HASH],
               unsigned char out[TREE_HASH])
{
    crypto_sha256_prefixed(NODE_PREFIX, left, TREE_HASH, right, TREE_HASH, out);
}

void tree_append(struct tree *tree, const unsigned char leaf[TREE_HASH])
{
    unsigned char hash[TREE_HASH];
    size_t top = tree_edge_count(tree->size);
    memcpy(hash, leaf, TREE_HASH);
    for (uint64_t n = tree->size; (n & 1) != 0; n >>= 1)
        tree_node(tree->edge[--top], hash, hash);
    memcpy(tree->edge[top], hash, TREE_HASH);
    tree->size++;
}

void tree_root(const struct tree *tree, unsigned char root[TREE_HASH])
{
    size_t top = tree_edge_count(tree->size);
    if (top == 0) {
        crypto_sha256("", 0, root);
        return;
    }
    memcpy(root, tree->edge[--top], TREE_HASH);
    while (top > 0)
        tree_node(tree->edge[--top], root, root);
}

void tree_range(const unsigned char (*leaves)[TREE_HASH], size_t count, unsigned char hash[TREE_HASH])
{
    REQUIRE(count > 0);
    if (count == 1) {
        memcpy(hash, leaves[0], TREE_HASH);
        return;
    }
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    unsigned char left[TREE_HASH], right[TREE_HASH];
    tree_range(leaves, split, left);
    tree_range(leaves + split, count - split, right);
    tree_node(left, right, hash);
}
