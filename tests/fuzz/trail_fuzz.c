// Any bytes as a key, a note, a head or a frontier. Invariant that is held: what is accepted is canonical
// (written again it gives the same bytes), and nothing counts as signed or sealed that the key has not signed
// or sealed.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/bundle.h"
#include "trail/cosign.h"
#include "trail/frontier.h"
#include "trail/head.h"
#include "trail/note.h"
#include "trail/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char vkey[] =
    "audit.example/playbook/host1+dc04a1f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
static const unsigned char seal[CRYPTO_KEY_SIZE] = {7};

// All that the key, whose seed is published, has signed in the corpus.
static const char *const signed_texts[] = {
    "audit.example/playbook/host1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "audit.example/playbook/host1\n3\npkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=\n",
    "audit.example/playbook/host1\n7\nkTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=\n"};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void try_key(struct arena *arena, const char *text)
{
    struct note_key key;
    struct note_signer signer;
    if (note_parse_key(arena, text, &key, NULL))
        must(strcmp(note_key_text(arena, &key), text) == 0);
    if (note_parse_signer(arena, text, &signer, NULL))
        must(strcmp(note_signer_text(arena, &signer), text) == 0);
}

static void try_note(struct arena *arena, const char *bytes, size_t size, const struct note_key *key)
{
    const char *text = note_open(arena, bytes, size, key);
    bool known = text == NULL;
    for (size_t i = 0; i < sizeof signed_texts / sizeof signed_texts[0]; i++)
        known = known || strcmp(text, signed_texts[i]) == 0;
    must(known);
    must(text == NULL || note_text(arena, bytes, size) != NULL);
}

// The input as one slot, beside a blank one and beside itself.
static void try_head(const uint8_t *data, size_t size, const struct note_key *key)
{
    unsigned char slots[HEAD_FILE] = {0};
    struct head head;
    memcpy(slots, data, size < HEAD_SLOT ? size : HEAD_SLOT);
    if (head_read(slots, key, true, &head, NULL)) {
        must(head.now.size == 0 || head.now.size == 3 || head.now.size == 7);
        must(head.slot == 0 && !head.has_old && head.torn == (head.now.size > 0));
        memcpy(slots + HEAD_SLOT, slots, HEAD_SLOT);
        must(head_read(slots, key, true, &head, NULL) && head.has_old && !head.torn);
    }
}

// Whoever gets a proof to hold has the published one, or one with the line that is not signed.
static void try_proof(struct arena *arena, const char *text, const struct note_key *key)
{
    uint64_t index, size;
    struct proof proof;
    const char *checkpoint;
    if (proof_parse(arena, text, &index, &proof, &checkpoint) && strstr(text, "\nextra ") == NULL) {
        struct text again = text_new(arena);
        proof_write(&again, index, &proof, checkpoint);
        must(strcmp(again.ptr, text) == 0);
    }
    if (proof_holds(text, key, "entry-3", 7, &index, &size))
        must(index == 3 && size == 7);
    must(!proof_holds(text, key, "entry-4", 7, &index, &size));
}

// No line of a log was ever signed by this key.
static void try_bundle(struct arena *arena, const char *bytes, size_t size, const struct note_key *key)
{
    struct bundle_report report;
    bundle_check(arena, bytes, size, key, &report);
    must(!report.holds && report.what != NULL && report.text != NULL);
}

static void try_witness(struct arena *arena, const char *text, size_t size)
{
    struct note_key key;
    uint64_t time;
    must(cosign_parse_key(arena, "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
                          &key, NULL));
    must(!cosign_holds(text, size, &key, &time) || time == 1767225600);
    if (cosign_parse_key(arena, text, &key, NULL))
        must(strcmp(text, "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X") == 0);
}

static void try_frontier(const uint8_t *data, size_t size)
{
    struct frontier frontier;
    unsigned char again[FRONTIER_FILE];
    if (!frontier_read(data, size, seal, &frontier))
        return;
    frontier_write(&frontier, seal, again);
    must(memcmp(again, data, strnlen((const char *)data, size)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    char *text = arena_alloc(arena, size + 1);
    struct note_key key;
    must(note_parse_key(arena, vkey, &key, NULL));
    if (size > 0)
        memcpy(text, data, size);
    try_key(arena, text);
    try_note(arena, text, size, &key);
    try_head(data, size, &key);
    try_proof(arena, text, &key);
    try_bundle(arena, text, size, &key);
    try_witness(arena, text, size);
    try_frontier(data, size);
    arena_close(arena);
    return 0;
}
