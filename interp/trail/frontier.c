// The verified position in a form that can stand on disk. Not for deciding whether it still fits the log
// (store.c). Invariant: what frontier_read accepts was written by a holder of the signing key, byte for byte.
#include "trail/frontier.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "trail/note.h"

static const char title[] = "playbook trail frontier 1";

static char *seal_text(struct arena *arena, const struct text *text,
                       const unsigned char seal[CRYPTO_KEY_SIZE])
{
    unsigned char mac[CRYPTO_HASH_SIZE];
    crypto_hmac_sha256(seal, CRYPTO_KEY_SIZE, text->ptr, text->length, mac);
    return crypto_base64(arena, mac, sizeof mac);
}

static struct text body(struct arena *arena, const struct frontier *frontier)
{
    struct text text = text_new(arena);
    text_addf(&text, "%s\n%llu\n%llu\n%s\n", title, (unsigned long long)frontier->tree.size,
              (unsigned long long)frontier->offset, crypto_base64(arena, frontier->last, TREE_HASH));
    text_addf(&text, "%s\n", crypto_base64(arena, frontier->heads, TREE_HASH));
    for (size_t i = 0; i < tree_edge_count(frontier->tree.size); i++)
        text_addf(&text, "%s\n", crypto_base64(arena, frontier->tree.edge[i], TREE_HASH));
    return text;
}

void frontier_write(const struct frontier *frontier, const unsigned char seal[CRYPTO_KEY_SIZE],
                    unsigned char file[FRONTIER_FILE])
{
    struct arena *arena = arena_open();
    struct text text = body(arena, frontier);
    const char *mac = seal_text(arena, &text, seal);
    text_addf(&text, "%s\n", mac);
    REQUIRE(text.length < FRONTIER_FILE);
    memset(file, 0, FRONTIER_FILE);
    memcpy(file, text.ptr, text.length);
    arena_close(arena);
}

static bool next_hash(struct arena *arena, const char **at, unsigned char hash[TREE_HASH])
{
    const char *line = note_line(arena, at);
    return line != NULL && note_parse_hash(arena, line, hash);
}

static bool next_number(struct arena *arena, const char **at, uint64_t *number)
{
    const char *line = note_line(arena, at);
    return line != NULL && note_parse_decimal(line, number);
}

static bool parse(struct arena *arena, const char *at, struct frontier *out,
                  const unsigned char seal[CRYPTO_KEY_SIZE])
{
    const char *first = note_line(arena, &at);
    if (!text_is(first, title) || !next_number(arena, &at, &out->tree.size) ||
        !next_number(arena, &at, &out->offset) || !next_hash(arena, &at, out->last) ||
        !next_hash(arena, &at, out->heads))
        return false;
    for (size_t i = 0; i < tree_edge_count(out->tree.size); i++)
        if (!next_hash(arena, &at, out->tree.edge[i]))
            return false;
    // What was read is written again and sealed: the comparison covers every byte.
    struct text again = body(arena, out);
    const char *mac = note_line(arena, &at);
    return mac != NULL && *at == '\0' && strcmp(mac, seal_text(arena, &again, seal)) == 0;
}

bool frontier_read(const unsigned char *file, size_t length, const unsigned char seal[CRYPTO_KEY_SIZE],
                   struct frontier *frontier)
{
    struct arena *arena = arena_open();
    const char *text = arena_strndup(arena, (const char *)file, strnlen((const char *)file, length));
    memset(frontier, 0, sizeof *frontier);
    bool ok = parse(arena, text, frontier, seal);
    if (!ok)
        memset(frontier, 0, sizeof *frontier);
    arena_close(arena);
    return ok;
}
