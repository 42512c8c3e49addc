// Where nodes of the index are kept: sealed files, and on a shelf of the open trail. Not for how they are
// made (index.c). Invariant: a node that is taken from here was sealed by a holder of the trail's keys, byte
// for byte, or made by this process.
#include "trail/index_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "trail/index.h"

enum { MAX_NODE = 64 * 1024 * 1024, KEY_BYTES = 4, BENEATH_BYTES = 2 };

static const char magic[] = "playbook index 5";

// The nodes that were used last: each has one place, and leaves when another comes there.
enum { PLACES = 64 };
struct index_shelf {
    struct place {
        struct arena *arena; // NULL: nothing stands there
        struct index_node *node;
    } places[PLACES];
};

struct index_shelf *index_shelf_open(struct arena *arena)
{
    return ARENA_NEW(arena, struct index_shelf);
}

void index_shelf_close(struct index_shelf *shelf)
{
    for (size_t i = 0; shelf != NULL && i < PLACES; i++)
        arena_close(shelf->places[i].arena);
}

static struct place *place_of(const struct index *index, const struct index_node *node)
{
    uint64_t at = node->number + (uint64_t)node->part + (uint64_t)node->level * (PLACES / 4);
    return index->shelf == NULL ? NULL : &index->shelf->places[at % PLACES];
}

static bool is_same(const struct index_node *a, const struct index_node *b)
{
    return a->level == b->level && a->number == b->number && a->part == b->part && a->offset == b->offset;
}

static void copy(struct arena *arena, const struct index_node *node, struct index_node *to)
{
    *to = *node;
    to->entries = ARENA_ARRAY(arena, struct index_entry, node->count + 1);
    if (node->count > 0)
        memcpy(to->entries, node->entries, node->count * sizeof *node->entries);
}

static void put(const struct index *index, const struct index_node *node)
{
    struct place *place = place_of(index, node);
    if (place == NULL)
        return;
    arena_close(place->arena);
    place->arena = arena_open();
    place->node = ARENA_NEW(place->arena, struct index_node);
    copy(place->arena, node, place->node);
}

uint32_t index_parts(int level)
{
    enum { MOST = 7 };
    return level < 2 ? 1 : (uint32_t)1 << (4 * ((level < MOST ? level : MOST) - 1));
}

static char *name_of(struct arena *arena, const struct index *index, const struct index_node *node)
{
    const char *part = index_parts(node->level) == 1 ? "" : arena_printf(arena, ".%x", (unsigned)node->part);
    return arena_printf(arena, "%s/index/%d/%llu%s", index->folder, node->level,
                        (unsigned long long)node->number, part);
}

static void add_bytes(struct text *out, uint64_t number, int count)
{
    while (count-- > 0)
        text_addc(out, (char)(number >> (8 * count) & 0xFF));
}

static void add_number(struct text *out, uint64_t number)
{
    add_bytes(out, number, 8);
}

static struct text body_of(struct arena *arena, const struct index_node *node)
{
    struct text out = text_new(arena);
    text_addn(&out, magic, sizeof magic - 1);
    add_number(&out, (uint64_t)node->level);
    add_number(&out, node->number);
    add_number(&out, node->part);
    add_number(&out, node->offset);
    add_number(&out, node->end);
    text_addn(&out, (const char *)node->root, TREE_HASH);
    for (unsigned i = 0; i < INDEX_FAN; i++) {
        add_number(&out, node->offsets[i]);
        text_addn(&out, (const char *)node->roots[i], TREE_HASH);
    }
    add_number(&out, node->count);
    for (size_t i = 0; i < node->count; i++) {
        add_bytes(&out, node->entries[i].key, KEY_BYTES);
        add_bytes(&out, node->entries[i].beneath, BENEATH_BYTES);
    }
    return out;
}

// A saving of work: where it cannot be written, the next reader makes it again. Not synced: torn bytes have
// no seal.
void index_save(const struct index *index, const struct index_node *node)
{
    struct arena *arena = arena_open();
    const char *name = name_of(arena, index, node);
    struct text body = body_of(arena, node);
    unsigned char mac[CRYPTO_HASH_SIZE];
    struct file file = {.fd = -1};
    struct err ignored;
    crypto_hmac_sha256(index->seal, CRYPTO_KEY_SIZE, body.ptr, body.length, mac);
    text_addn(&body, (const char *)mac, sizeof mac);
    if (!index->reads &&
        file_mkdirs(arena_strndup(arena, name, (size_t)(strrchr(name, '/') - name)), &ignored) &&
        file_open(&file, name, FILE_UPDATE, &ignored) &&
        (!file_write_at(&file, 0, body.ptr, body.length, &ignored) ||
         !file_truncate(&file, body.length, &ignored)))
        file_remove(name);
    file_close(&file);
    arena_close(arena);
    put(index, node);
}

struct reader {
    const unsigned char *at, *end;
};

static uint64_t take_bytes(struct reader *reader, int count)
{
    uint64_t number = 0;
    while (count-- > 0 && reader->at < reader->end)
        number = number << 8 | *reader->at++;
    return number;
}

static uint64_t take_number(struct reader *reader)
{
    return take_bytes(reader, 8);
}

static void take_hash(struct reader *reader, unsigned char hash[TREE_HASH])
{
    size_t left = (size_t)(reader->end - reader->at), length = left < TREE_HASH ? left : TREE_HASH;
    memcpy(hash, reader->at, length);
    reader->at += length;
}

// The bytes are sealed: they are as body_of wrote them. False: of another node.
static bool parse(struct arena *arena, struct reader reader, struct index_node *node)
{
    struct index_node found = {.level = (int)take_number(&reader)};
    found.number = take_number(&reader);
    found.part = (uint32_t)take_number(&reader);
    found.offset = take_number(&reader);
    found.end = take_number(&reader);
    take_hash(&reader, found.root);
    if (!is_same(&found, node))
        return false;
    for (unsigned i = 0; i < INDEX_FAN; i++) {
        found.offsets[i] = take_number(&reader);
        take_hash(&reader, found.roots[i]);
    }
    found.count = (size_t)take_number(&reader);
    if (found.count != (size_t)(reader.end - reader.at) / (KEY_BYTES + BENEATH_BYTES))
        return false;
    found.entries = ARENA_ARRAY(arena, struct index_entry, found.count + 1);
    for (size_t i = 0; i < found.count; i++) {
        found.entries[i].key = (uint32_t)take_bytes(&reader, KEY_BYTES);
        found.entries[i].beneath = (uint16_t)take_bytes(&reader, BENEATH_BYTES);
    }
    *node = found;
    return true;
}

bool index_load(const struct index *index, struct arena *arena, struct index_node *node)
{
    const struct place *place = place_of(index, node);
    if (place != NULL && place->arena != NULL && is_same(place->node, node)) {
        copy(arena, place->node, node);
        return true;
    }
    struct arena *scratch = arena_open();
    const char *name = name_of(scratch, index, node);
    size_t length = 0, front = sizeof magic - 1;
    const char *bytes = file_exists(name) ? file_load(scratch, name, MAX_NODE, &length, NULL) : NULL;
    bool ok = bytes != NULL && length > front + CRYPTO_HASH_SIZE && memcmp(bytes, magic, front) == 0;
    if (ok) {
        unsigned char mac[CRYPTO_HASH_SIZE];
        const unsigned char *at = (const unsigned char *)bytes;
        crypto_hmac_sha256(index->seal, CRYPTO_KEY_SIZE, bytes, length - sizeof mac, mac);
        ok = memcmp(mac, at + length - sizeof mac, sizeof mac) == 0 &&
             parse(arena, (struct reader){at + front, at + length - sizeof mac}, node);
    }
    arena_close(scratch);
    if (ok)
        put(index, node);
    return ok;
}
