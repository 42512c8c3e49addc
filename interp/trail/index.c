// Nodes of the index, and how they are made from lines. Not for where they are kept (index_file.c) nor for
// what is looked up in them (replay.c). Invariant: whether the lines are the signed ones is for the reader to
// tell by the root.
#include "trail/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/index_file.h"
#include "trail/lines.h"

enum { DAY = 8 }; // of a run's id: 20261125

// Members whose values are looked for: the needle begins so and ends with the value's quote.
static const char run[] = "\"run\":\"", undoes[] = "\"undoes\":\"", about[] = "\"about\":\"",
                  subject[] = "\"subject\":\"";
static const char *const members[] = {run, undoes, about, subject};
// Beginnings of a line's own type, and what a question has that waits only for a time: looked for as they
// are.
static const char type[] = "\"type\":\"";
static const char *const types[] = {"\"type\":\"run.started\"", "\"type\":\"run.", "\"type\":\"lease.",
                                    "\"type\":\"step.undone\""};
static const char within[] = "\"within_ms\":";
// Most lines are of other types, and are not searched for what they cannot have.
static const struct {
    const char *type, *member; // whose lines have it
} holders[] = {{"\"type\":\"run.started\"", undoes}, {"\"type\":\"run.started\"", about},
               {"\"type\":\"ask.", about},           {"\"type\":\"task.", about},
               {"\"type\":\"effect.", about},        {"\"type\":\"effect.result\"", subject},
               {"\"type\":\"ask.", within},          {"\"type\":\"task.", within}};

static uint32_t hash_of(const char *text, size_t length)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    uint32_t key = 0;
    crypto_sha256(text, length, hash);
    for (int i = 0; i < 4; i++)
        key = key << 8 | hash[i];
    return key;
}

// Where a JSON text that begins at `at` ends: its closing quote, or NULL.
static const char *closing_quote(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at == '\\')
            at++;
        else if (*at == '"')
            return at;
    return NULL;
}

bool index_key(const char *containing, uint32_t *key)
{
    size_t length = containing == NULL ? 0 : strlen(containing), day = sizeof run - 1 + DAY;
    if (length == 0)
        return false;
    bool known = strcmp(containing, within) == 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        known = known || strcmp(containing, types[i]) == 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        size_t front = strlen(members[i]);
        known = known || (text_starts(containing, members[i]) &&
                          closing_quote(containing + front, containing + length) == containing + length - 1);
    }
    if (!known && length >= day && text_starts(containing, run) &&
        strpbrk(containing + sizeof run - 1, "\"\\") == NULL) {
        known = true;
        length = day;
    }
    if (known)
        *key = hash_of(containing, length);
    return known;
}

static void gather(struct index_keys *all, uint32_t key, uint16_t beneath)
{
    if (all->count == all->size) {
        size_t size = all->size == 0 ? 64 : all->size * 2;
        all->items = arena_grow(all->arena, all->items, all->count, size, sizeof *all->items);
        all->size = size;
    }
    all->items[all->count++] = (struct index_entry){key, beneath};
}

static int by_key(const void *a, const void *b)
{
    const struct index_entry *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

// Each key once.
static void settle(struct index_keys *all, struct index_node *node)
{
    size_t kept = 0;
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, by_key);
    for (size_t i = 0; i < all->count; i++)
        if (kept > 0 && all->items[kept - 1].key == all->items[i].key)
            all->items[kept - 1].beneath |= all->items[i].beneath;
        else
            all->items[kept++] = all->items[i];
    node->entries = all->items;
    node->count = kept;
}

// `member` between `at` and `end`: with its value where one is looked for, else as it is.
static void gather_member(struct index_keys *all, const char *member, const char *at, const char *end,
                          uint16_t group)
{
    size_t front = strlen(member);
    while ((at = memmem(at, (size_t)(end - at), member, front)) != NULL) {
        const char *quote = member == within ? at + front - 1 : closing_quote(at + front, end);
        if (quote == NULL)
            return;
        gather(all, hash_of(at, (size_t)(quote + 1 - at)), group);
        if (member == run && quote - at >= (ptrdiff_t)(front + DAY))
            gather(all, hash_of(at, front + DAY), group);
        at = quote;
    }
}

// What every line has stands before its type.
void index_gather(struct index_keys *all, const char *line, size_t length, uint16_t group)
{
    const char *end = line + length, *own = memmem(line, length, type, sizeof type - 1);
    if (own == NULL)
        return;
    gather_member(all, run, line, own, group);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (text_starts(own, types[i]))
            gather(all, hash_of(types[i], strlen(types[i])), group);
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        if (text_starts(own, holders[i].type))
            gather_member(all, holders[i].member, own, end, group);
}

static bool make_block(const struct index *index, struct arena *arena, struct index_node *node,
                       struct err *err)
{
    struct arena *scratch = arena_open();
    struct lines lines = lines_new(scratch, index->log, node->offset);
    struct index_keys all = {.arena = arena};
    unsigned char leaves[INDEX_BLOCK][TREE_HASH];
    bool ok = true;
    for (size_t i = 0; ok && i < INDEX_BLOCK; i++) {
        if (i % INDEX_GROUP == 0)
            node->offsets[i / INDEX_GROUP] = lines.offset;
        ok =
            lines_next(&lines, err) &&
            (lines.line != NULL || err_set(err, E_TAMPERED, "the log has fewer whole lines than are signed"));
        if (!ok)
            break;
        tree_leaf(lines.line, lines.length, leaves[i]);
        index_gather(&all, lines.line, lines.length, (uint16_t)(1u << i / INDEX_GROUP));
    }
    node->end = lines.offset;
    arena_close(scratch);
    if (!ok)
        return false;
    for (size_t i = 0; i < INDEX_FAN; i++)
        tree_range((const unsigned char(*)[TREE_HASH])leaves + i * INDEX_GROUP, INDEX_GROUP, node->roots[i]);
    tree_range((const unsigned char(*)[TREE_HASH])node->roots, INDEX_FAN, node->root);
    settle(&all, node);
    return true;
}

static bool make_parent(const struct index *index, struct arena *arena, struct index_node *node,
                        struct err *err)
{
    uint32_t mask = index_parts(node->level) - 1;
    struct index_keys all = {.arena = arena};
    uint64_t offset = node->offset;
    for (unsigned i = 0; i < INDEX_FAN; i++) {
        struct index_node child;
        if (!index_node(index, arena, node->level - 1, node->number * INDEX_FAN + i, offset, &child, err))
            return false;
        node->offsets[i] = offset;
        memcpy(node->roots[i], child.root, TREE_HASH);
        for (size_t k = 0; k < child.count; k++)
            if ((child.entries[k].key & mask) == node->part)
                gather(&all, child.entries[k].key, (uint16_t)(1u << i));
        offset = child.end;
    }
    node->end = offset;
    tree_range((const unsigned char(*)[TREE_HASH])node->roots, INDEX_FAN, node->root);
    settle(&all, node);
    return true;
}

bool index_node(const struct index *index, struct arena *arena, int level, uint64_t number, uint64_t offset,
                struct index_node *node, struct err *err)
{
    const struct index_node asked = {
        .level = level, .number = number, .part = index->key & (index_parts(level) - 1), .offset = offset};
    *node = asked;
    if (!index->anew && index_load(index, arena, node))
        return true;
    *node = asked;
    if (!(level == 0 ? make_block(index, arena, node, err) : make_parent(index, arena, node, err)))
        return false;
    index_save(index, node);
    return true;
}

const struct index_entry *index_find(const struct index_node *node, uint32_t key)
{
    const struct index_entry wanted = {.key = key};
    return node->count == 0 ? NULL : bsearch(&wanted, node->entries, node->count, sizeof wanted, by_key);
}

bool index_cover(const struct index *index, struct arena *arena, uint64_t blocks, index_taker *each,
                 void *context, struct err *err)
{
    uint64_t offset = 0, done = 0;
    for (int level = INDEX_LEVELS; level >= 0; level--) {
        uint64_t width = (uint64_t)1 << (4 * level);
        for (; blocks - done >= width; done += width) {
            struct index_node node;
            if (!index_node(index, arena, level, done / width, offset, &node, err) ||
                !each(context, &node, err))
                return false;
            offset = node.end;
        }
    }
    return true;
}

// Whole nodes come in order, the larger ones first, so each is one hash of the edge, or of a part of it.
void index_step(struct tree *tree, const struct index_node *node)
{
    uint64_t lines = (uint64_t)INDEX_BLOCK << (4 * node->level);
    unsigned char hash[TREE_HASH];
    size_t top = tree_edge_count(tree->size);
    memcpy(hash, node->root, TREE_HASH);
    for (uint64_t n = tree->size / lines; (n & 1) != 0; n >>= 1)
        tree_node(tree->edge[--top], hash, hash);
    memcpy(tree->edge[top], hash, TREE_HASH);
    tree->size += lines;
}

struct making {
    struct index index;
    uint64_t known; // blocks
};

// All parts of a node that is new.
static bool make_parts(void *context, const struct index_node *node, struct err *err)
{
    struct making *making = context;
    bool ok = true, fresh = (node->number + 1) << (4 * node->level) > making->known;
    for (uint32_t part = 0; ok && fresh && part < index_parts(node->level); part++) {
        struct arena *arena = arena_open();
        struct index_node made;
        making->index.key = part;
        ok = index_node(&making->index, arena, node->level, node->number, node->offset, &made, err);
        arena_close(arena);
    }
    return ok;
}

bool index_make(const struct index *index, uint64_t known, uint64_t blocks, struct err *err)
{
    struct arena *arena = arena_open();
    struct making making = {*index, known};
    bool ok = index_cover(index, arena, blocks, make_parts, &making, err);
    arena_close(arena);
    return ok;
}
