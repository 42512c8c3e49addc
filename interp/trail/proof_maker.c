// Makes proofs from one reading of a log. Not for checking them (proof.c). Invariant: of leaves that no
// wanted entry has in its group, only the root of 256 is kept: 1/8 byte for each.
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "trail/proof.h"

enum { GROUP = 256 };

typedef unsigned char hash_of[TREE_HASH];

struct group {
    struct group *next;
    uint64_t number;
    unsigned count;
    hash_of leaves[GROUP];
};

struct proof_maker {
    struct arena *arena;
    hash_of *roots; // of every full group
    uint64_t count;
    struct group *kept;
    struct group now; // in work
    bool wanted;
};

struct proof_maker *proof_maker_new(struct arena *arena)
{
    struct proof_maker *maker = ARENA_NEW(arena, struct proof_maker);
    maker->arena = arena;
    return maker;
}

static void close_group(struct proof_maker *maker)
{
    if (maker->wanted) {
        struct group *group = ARENA_NEW(maker->arena, struct group);
        *group = maker->now;
        group->next = maker->kept;
        maker->kept = group;
    }
    maker->roots = arena_room(maker->arena, maker->roots, (size_t)maker->count, sizeof *maker->roots);
    tree_range((const hash_of *)maker->now.leaves, GROUP, maker->roots[maker->count]);
    maker->now = (struct group){.number = ++maker->count};
    maker->wanted = false;
}

void proof_maker_add(struct proof_maker *maker, const unsigned char leaf[TREE_HASH], bool wanted)
{
    memcpy(maker->now.leaves[maker->now.count++], leaf, TREE_HASH);
    maker->wanted = maker->wanted || wanted;
    if (maker->now.count == GROUP)
        close_group(maker);
}

static const struct group *find_group(const struct proof_maker *maker, uint64_t number)
{
    if (number == maker->now.number)
        return &maker->now;
    const struct group *group = maker->kept;
    while (group != NULL && group->number != number)
        group = group->next;
    REQUIRE(group != NULL);
    return group;
}

// How many of so many leaves are the whole tree on the left.
static uint64_t split_of(uint64_t count)
{
    uint64_t split = 1;
    while (split * 2 < count)
        split *= 2;
    return split;
}

// The hash over leaves low..high-1: either within one group that is kept, or from the start of a group to the
// end of one or of the tree. Over whole groups the tree has the same shape as over leaves.
static void hash_range(const struct proof_maker *maker, uint64_t low, uint64_t high, hash_of hash)
{
    if (high - low < GROUP && low / GROUP == (high - 1) / GROUP) {
        const struct group *group = find_group(maker, low / GROUP);
        tree_range((const hash_of *)group->leaves + low % GROUP, (size_t)(high - low), hash);
        return;
    }
    if (high - low == GROUP) {
        memcpy(hash, maker->roots[low / GROUP], TREE_HASH);
        return;
    }
    hash_of left, right;
    uint64_t split = low + split_of(high - low);
    hash_range(maker, low, split, left);
    hash_range(maker, split, high, right);
    tree_node(left, right, hash);
}

static void turn_round(struct proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        hash_of kept;
        memcpy(kept, proof->hashes[i], TREE_HASH);
        memcpy(proof->hashes[i], proof->hashes[proof->count - 1 - i], TREE_HASH);
        memcpy(proof->hashes[proof->count - 1 - i], kept, TREE_HASH);
    }
}

// Both walk from the root down, so the hashes come in reverse.
void proof_maker_entry(const struct proof_maker *maker, uint64_t index, struct proof *proof)
{
    uint64_t low = 0, high = maker->count * GROUP + maker->now.count;
    REQUIRE(index < high);
    proof->count = 0;
    while (high - low > 1) {
        uint64_t split = low + split_of(high - low);
        if (index < split) {
            hash_range(maker, split, high, proof->hashes[proof->count++]);
            high = split;
        } else {
            hash_range(maker, low, split, proof->hashes[proof->count++]);
            low = split;
        }
    }
    turn_round(proof);
}

void proof_maker_growth(const struct proof_maker *maker, uint64_t old_size, struct proof *proof)
{
    uint64_t low = 0, high = maker->count * GROUP + maker->now.count;
    REQUIRE(old_size > 0 && old_size <= high);
    proof->count = 0;
    while (old_size != high) {
        uint64_t split = low + split_of(high - low);
        if (old_size <= split) {
            hash_range(maker, split, high, proof->hashes[proof->count++]);
            high = split;
        } else {
            hash_range(maker, low, split, proof->hashes[proof->count++]);
            low = split;
        }
    }
    if (low > 0) // the old tree is not just the left part of the new one
        hash_range(maker, low, high, proof->hashes[proof->count++]);
    turn_round(proof);
}
