// Checks proofs and writes them down. Not for making them (proof_maker.c). Invariant: a proof that is too
// long, too short, or for another place never holds.
#include "trail/proof.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/head.h"

static const char title[] = "c2sp.org/tlog-proof@v1";

bool proof_shows_entry(const struct proof *proof, const unsigned char leaf[TREE_HASH], uint64_t index,
                       uint64_t size, const unsigned char root[TREE_HASH])
{
    if (index >= size)
        return false;
    unsigned char hash[TREE_HASH];
    uint64_t first = index, last = size - 1;
    memcpy(hash, leaf, TREE_HASH);
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((first & 1) != 0 || first == last) {
            tree_node(proof->hashes[i], hash, hash);
            for (; (first & 1) == 0 && first != 0; last >>= 1)
                first >>= 1;
        } else {
            tree_node(hash, proof->hashes[i], hash);
        }
        first >>= 1;
        last >>= 1;
    }
    return last == 0 && memcmp(hash, root, TREE_HASH) == 0;
}

static void add_hashes(struct text *out, const struct proof *proof, const char *checkpoint)
{
    for (size_t i = 0; i < proof->count; i++)
        text_addf(out, "%s\n", crypto_base64(out->arena, proof->hashes[i], TREE_HASH));
    text_addf(out, "\n%s", checkpoint);
}

void proof_write(struct text *out, uint64_t index, const struct proof *proof, const char *checkpoint)
{
    text_addf(out, "%s\nindex %llu\n", title, (unsigned long long)index);
    add_hashes(out, proof, checkpoint);
}

void proof_write_growth(struct text *out, uint64_t old_size, const struct proof *proof,
                        const char *checkpoint)
{
    text_addf(out, "old %llu\n", (unsigned long long)old_size);
    add_hashes(out, proof, checkpoint);
}

bool proof_parse(struct arena *arena, const char *text, uint64_t *index, struct proof *proof,
                 const char **checkpoint)
{
    const char *line = note_line(arena, &text);
    if (!text_is(line, title) || (line = note_line(arena, &text)) == NULL)
        return false;
    if (text_starts(line, "extra ") && (line = note_line(arena, &text)) == NULL)
        return false;
    if (!text_starts(line, "index ") || !note_parse_decimal(line + 6, index))
        return false;
    proof->count = 0;
    while ((line = note_line(arena, &text)) != NULL && *line != '\0')
        if (proof->count == PROOF_MAX || !note_parse_hash(arena, line, proof->hashes[proof->count++]))
            return false;
    *checkpoint = text;
    return line != NULL;
}

bool proof_holds(const char *text, const struct note_key *key, const char *entry, size_t length,
                 uint64_t *index, uint64_t *size)
{
    struct arena *arena = arena_open();
    struct proof proof;
    struct head_state state;
    unsigned char leaf[TREE_HASH];
    const char *checkpoint;
    tree_leaf(entry, length, leaf);
    bool holds = proof_parse(arena, text, index, &proof, &checkpoint) &&
                 head_parse(checkpoint, strlen(checkpoint), key, true, &state) &&
                 proof_shows_entry(&proof, leaf, *index, state.size, state.root);
    *size = holds ? state.size : 0;
    arena_close(arena);
    return holds;
}
