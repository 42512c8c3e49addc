// Checks cosignatures. Not for a log's own signature (note.c). Invariant: the message that is verified is
// made from the time on the line and the text of the note, so neither can be exchanged.
#include "trail/cosign.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { TYPE_COSIGNER = 0x04, ID_SIZE = 4, TIME_SIZE = 8 };

static uint64_t big_endian(const unsigned char *bytes, int count)
{
    uint64_t number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

bool cosign_parse_key(struct arena *arena, const char *text, struct note_key *key, struct err *err)
{
    const char *first = strchr(text, '+'), *second = first == NULL ? NULL : strchr(first + 1, '+');
    unsigned char hash[CRYPTO_HASH_SIZE], *typed = NULL;
    size_t length = 0;
    if (second != NULL)
        typed = crypto_base64_decode(arena, second + 1, &length);
    if (typed == NULL || length != 1 + CRYPTO_KEY_SIZE || typed[0] != TYPE_COSIGNER)
        return err_set(err, E_SYNTAX, "not a witness's key (name+hash+base64, type 4)");
    key->name = arena_strndup(arena, text, (size_t)(first - text));
    memcpy(key->public_key, typed + 1, CRYPTO_KEY_SIZE);
    struct text message = text_new(arena);
    text_addf(&message, "%s\n", key->name);
    text_addn(&message, (const char *)typed, length);
    crypto_sha256(message.ptr, message.length, hash);
    key->id = (uint32_t)big_endian(hash, ID_SIZE);
    const char *id = arena_printf(arena, "%08x", (unsigned)key->id);
    if (!note_is_name(key->name) || second - first != 9 || strncmp(first + 1, id, 8) != 0)
        return err_set(err, E_SYNTAX, "the witness's key: its hash does not belong to its name and key");
    return true;
}

static bool line_holds(struct arena *arena, const char *line, const char *text,
                       const struct note_key *witness, uint64_t *time)
{
    struct note_signature signature;
    if (!note_parse_signature(arena, line, &signature) || signature.id != witness->id ||
        strcmp(signature.name, witness->name) != 0 || signature.length != TIME_SIZE + CRYPTO_SIGNATURE_SIZE)
        return false;
    *time = big_endian(signature.bytes, TIME_SIZE);
    const char *message =
        arena_printf(arena, "cosignature/v1\ntime %llu\n%s", (unsigned long long)*time, text);
    return *time > 0 && *time <= INT64_MAX &&
           crypto_ed25519_verify(witness->public_key, message, strlen(message), signature.bytes + TIME_SIZE);
}

bool cosign_holds(const char *note, size_t length, const struct note_key *witness, uint64_t *time)
{
    struct arena *arena = arena_open();
    const char *text = note_text(arena, note, length);
    const char *at = text == NULL ? NULL : arena_strndup(arena, note, length) + strlen(text) + 1, *line;
    bool holds = false;
    while (!holds && at != NULL && (line = note_line(arena, &at)) != NULL)
        holds = line_holds(arena, line, text, witness, time);
    arena_close(arena);
    return holds;
}
