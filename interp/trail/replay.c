// Verified reading. Not for deciding what lines mean.
// Invariant: a line is handed out only after the head's root has come out, and is one of the bytes that were
// hashed: those that are wanted are kept from the verifying pass, so that nothing can be exchanged between
// checking and reading.
#include "trail/replay.h"

#include <string.h>

#include "base/arena.h"
#include "data/json.h"
#include "trail/index.h"
#include "trail/lines.h"

struct kept {
    const char *line;
    size_t length;
};

struct pass {
    struct arena *arena; // of the kept lines
    const char *containing;
    struct index_keys *keys; // where it is noted what the lines speak of, or NULL
    struct tree tree;
    struct kept *kept;
    size_t count, size;
};

// Who wants lines, and how far that is.
struct search {
    struct store *store;
    struct arena *arena; // of the values
    const char *containing;
    bool backwards;
    trail_reader *each;
    void *context;
    bool handed; // a line was handed out
    bool done;   // no more is wanted
    // with the index
    struct index index;
    struct arena *scratch;
    struct tree tree;
    uint64_t offset;
    struct index_node *nodes; // that have the key
    size_t count, size;
};

static void keep(struct pass *pass, const char *line, size_t length)
{
    if (pass->containing != NULL && memmem(line, length, pass->containing, strlen(pass->containing)) == NULL)
        return;
    if (pass->count == pass->size) {
        size_t size = pass->size == 0 ? 64 : pass->size * 2;
        pass->kept = arena_grow(pass->arena, pass->kept, pass->count, size, sizeof *pass->kept);
        pass->size = size;
    }
    pass->kept[pass->count++] = (struct kept){arena_strndup(pass->arena, line, length), length};
}

static bool check_root(const struct pass *pass, const struct head_state *head, struct err *err)
{
    unsigned char root[TREE_HASH];
    tree_root(&pass->tree, root);
    return memcmp(root, head->root, TREE_HASH) == 0 ||
           err_set(err, E_TAMPERED, "the first %llu lines of the log do not give the signed root",
                   (unsigned long long)head->size);
}

// Hashes the signed lines; at the older head's size its root must come out too.
static bool verify(struct pass *pass, struct lines *lines, const struct head *head, struct err *err)
{
    for (;;) {
        if (head->has_old && pass->tree.size == head->old.size && !check_root(pass, &head->old, err))
            return false;
        if (pass->tree.size == head->now.size)
            return check_root(pass, &head->now, err);
        if (!lines_next(lines, err))
            return false;
        if (lines->line == NULL)
            return err_set(err, E_TAMPERED, "the log has %llu whole lines, %llu are signed",
                           (unsigned long long)pass->tree.size, (unsigned long long)head->now.size);
        unsigned char leaf[TREE_HASH];
        tree_leaf(lines->line, lines->length, leaf);
        tree_append(&pass->tree, leaf);
        keep(pass, lines->line, lines->length);
        if (pass->keys != NULL)
            index_gather(pass->keys, lines->line, lines->length, 1);
    }
}

static bool read_head(struct store *store, struct head *head, struct err *err)
{
    unsigned char slots[HEAD_FILE];
    if (!store_lock(store, err))
        return false;
    bool ok = store_read_heads(store, slots, err);
    store_unlock(store);
    // The signatures of the bytes that the store holds were verified when it took them, or are its own.
    bool known = ok && store->loaded && memcmp(slots, store->slots, HEAD_FILE) == 0;
    if (!ok || !head_read(slots, &store->keys->signer.key, !known, head, err))
        return false;
    if (known && store->old_known)
        head->has_old = false;
    return head->now.size >= store->at.tree.size ||
           err_set(err, E_TAMPERED, "the head of the trail went back from %llu lines to %llu",
                   (unsigned long long)store->at.tree.size, (unsigned long long)head->now.size);
}

static bool hand_out(struct search *search, const struct pass *pass, struct err *err)
{
    for (size_t i = 0; i < pass->count && !search->done; i++) {
        const struct kept *kept = &pass->kept[search->backwards ? pass->count - 1 - i : i];
        const struct value *value = json_parse_own(search->arena, NULL, kept->line, kept->length, err);
        if (value == NULL)
            return false;
        search->handed = true;
        search->done = !search->each(search->context, value);
    }
    return true;
}

// Every line of the log is hashed.
static bool read_all(struct search *search, const struct head *head, struct err *err)
{
    struct pass pass = {.arena = search->scratch, .containing = search->containing};
    struct lines lines = lines_new(search->scratch, &search->store->log, 0);
    return verify(&pass, &lines, head, err) && hand_out(search, &pass, err);
}

static bool take_node(void *context, const struct index_node *node, struct err *err)
{
    struct search *search = context;
    (void)err;
    index_step(&search->tree, node);
    search->offset = node->end;
    if (index_find(node, search->index.key) == NULL)
        return true;
    if (search->count == search->size) {
        size_t size = search->size == 0 ? 16 : search->size * 2;
        search->nodes =
            arena_grow(search->scratch, search->nodes, search->count, size, sizeof *search->nodes);
        search->size = size;
    }
    search->nodes[search->count++] = *node;
    return true;
}

// The lines of one group, which must give the root that the index has for it.
static bool read_group(struct search *search, const struct index_node *block, unsigned group, struct err *err)
{
    struct arena *scratch = arena_open();
    struct pass pass = {.arena = scratch, .containing = search->containing};
    struct lines lines = lines_new(scratch, &search->store->log, block->offsets[group]);
    struct head one = {.now = {.size = INDEX_GROUP}};
    uint64_t first = block->number * INDEX_BLOCK + group * INDEX_GROUP;
    struct err own = {0};
    lines.end_at = group + 1 < INDEX_FAN ? block->offsets[group + 1] : block->end;
    memcpy(one.now.root, block->roots[group], TREE_HASH);
    bool ok = verify(&pass, &lines, &one, &own) ||
              err_set(err, E_TAMPERED, "lines %llu to %llu of the log are not those that were signed",
                      (unsigned long long)first + 1, (unsigned long long)first + INDEX_GROUP);
    ok = ok && hand_out(search, &pass, err);
    arena_close(scratch);
    return ok;
}

static bool descend(struct search *search, const struct index_node *node, struct err *err);

// A node beneath must have the root that the one above says.
static bool descend_to(struct search *search, const struct index_node *node, unsigned at, struct err *err)
{
    struct arena *scratch = arena_open();
    struct index_node beneath;
    bool ok = index_node(&search->index, scratch, node->level - 1, node->number * INDEX_FAN + at,
                         node->offsets[at], &beneath, err);
    if (ok && (memcmp(beneath.root, node->roots[at], TREE_HASH) != 0 ||
               index_find(&beneath, search->index.key) == NULL))
        ok = err_set(err, E_TAMPERED, "the index of the log does not fit together");
    ok = ok && descend(search, &beneath, err);
    arena_close(scratch);
    return ok;
}

// All groups beneath a node that have the key.
static bool descend(struct search *search, const struct index_node *node, struct err *err)
{
    const struct index_entry *entry = index_find(node, search->index.key);
    for (unsigned i = 0; i < INDEX_FAN && !search->done; i++) {
        unsigned at = search->backwards ? INDEX_FAN - 1 - i : i;
        if ((entry->beneath >> at & 1) != 0 &&
            !(node->level == 0 ? read_group(search, node, at, err) : descend_to(search, node, at, err)))
            return false;
    }
    return true;
}

static bool same_tree(const struct tree *a, const struct tree *b)
{
    return a->size == b->size && memcmp(a->edge, b->edge, tree_edge_count(a->size) * TREE_HASH) == 0;
}

static bool speaks_of(const struct tail *tail, uint32_t key)
{
    size_t i = 0;
    while (i < tail->keys.count && tail->keys.items[i].key != key)
        i++;
    return i < tail->keys.count;
}

// What stands behind the last whole block; of that, what others have verified and found nothing of this in
// is not read again.
static bool read_tail(struct search *search, struct pass *rest, const struct head *head, struct err *err)
{
    struct tail *tail = &search->store->tail;
    if (head->has_old || !same_tree(&tail->blocks, &search->tree) || tail->tree.size > head->now.size ||
        speaks_of(tail, search->index.key)) {
        arena_clear(tail->keys.arena);
        *tail = (struct tail){.blocks = search->tree,
                              .tree = search->tree,
                              .offset = search->offset,
                              .keys = {.arena = tail->keys.arena}};
    }
    rest->tree = tail->tree;
    rest->keys = &tail->keys;
    struct lines lines = lines_new(search->scratch, &search->store->log, tail->offset);
    bool ok = verify(rest, &lines, head, err);
    tail->tree = rest->tree;
    tail->offset = lines.offset;
    if (!ok)
        tail->tree.size = UINT64_MAX; // nobody goes on from there
    return ok;
}

// Only what has the key is read, and what stands behind the last whole block. The blocks' roots and the rest
// must give the signed root.
static bool read_some(struct search *search, const struct head *head, struct err *err)
{
    uint64_t least = head->has_old ? head->old.size : head->now.size;
    struct pass rest = {.arena = search->scratch, .containing = search->containing};
    if (!index_cover(&search->index, search->scratch, least / INDEX_BLOCK, take_node, search, err) ||
        !read_tail(search, &rest, head, err) || (search->backwards && !hand_out(search, &rest, err)))
        return false;
    for (size_t i = 0; i < search->count && !search->done; i++)
        if (!descend(search, &search->nodes[search->backwards ? search->count - 1 - i : i], err))
            return false;
    return search->backwards || hand_out(search, &rest, err);
}

static bool read_once(struct search search, const struct head *head, bool anew, bool *handed, struct err *err)
{
    search.scratch = arena_open();
    search.index = (struct index){.folder = search.store->folder,
                                  .log = &search.store->log,
                                  .seal = search.store->keys->seal,
                                  .anew = anew,
                                  .reads = search.store->reads,
                                  .shelf = search.store->shelf};
    bool known = index_key(search.containing, &search.index.key);
    bool ok = known ? read_some(&search, head, err) : read_all(&search, head, err);
    *handed = search.handed || !known;
    arena_close(search.scratch);
    return ok;
}

static bool replay(const struct search *search, struct err *err)
{
    struct head head;
    bool handed;
    if (!read_head(search->store, &head, err))
        return false;
    if (read_once(*search, &head, false, &handed, err))
        return true;
    // The index may be of a log that stood here before: then it is made anew from the lines that are here.
    return !handed && err->code == E_TAMPERED && read_once(*search, &head, true, &handed, err);
}

bool replay_lines(struct store *store, struct arena *arena, const char *containing, trail_reader *each,
                  void *context, struct err *err)
{
    const struct search search = {
        .store = store, .arena = arena, .containing = containing, .each = each, .context = context};
    return replay(&search, err);
}

bool replay_newest(struct store *store, struct arena *arena, const char *containing, trail_reader *each,
                   void *context, struct err *err)
{
    const struct search search = {.store = store,
                                  .arena = arena,
                                  .containing = containing,
                                  .backwards = true,
                                  .each = each,
                                  .context = context};
    return replay(&search, err);
}
