// Signed notes and their Ed25519 keys (c2sp.org/signed-note): the form of the trail's head and of its keys.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"

struct arena;

// A verifier key. The id is the first four bytes of SHA-256 over name, LF, type and key.
struct note_key {
    const char *name; // letters, digits and . _ / - only
    uint32_t id;
    unsigned char public_key[CRYPTO_KEY_SIZE];
};
bool note_same_key(const struct note_key *a, const struct note_key *b);
struct note_signer {
    struct note_key key;
    unsigned char seed[CRYPTO_KEY_SIZE];
};

bool note_is_name(const char *name);
// A signer from its name and seed; the name must live as long.
struct note_signer note_signer_new(const char *name, const unsigned char seed[CRYPTO_KEY_SIZE]);

// "name+hex id+base64", and "PRIVATE+KEY+name+hex id+base64". Parsing refuses (E_SYNTAX) every other form,
// other key types, and an id that does not belong to the name and key.
char *note_key_text(struct arena *arena, const struct note_key *key);
char *note_signer_text(struct arena *arena, const struct note_signer *signer);
MUST_CHECK bool note_parse_key(struct arena *arena, const char *text, struct note_key *key, struct err *err);
MUST_CHECK bool note_parse_signer(struct arena *arena, const char *text, struct note_signer *signer,
                                  struct err *err);

// The whole note: text (one or more lines, each with its LF), blank line, signature line.
char *note_sign(struct arena *arena, const struct note_signer *signer, const char *text);
// Splits a note into its text and signature lines and checks their form, but no signature. NULL when
// malformed.
char *note_text(struct arena *arena, const char *bytes, size_t length);
// The same, and the key must have signed: its line must verify, lines of other keys are ignored. NULL
// otherwise.
char *note_open(struct arena *arena, const char *bytes, size_t length, const struct note_key *key);

// One signature line, which is not verified; false: it is none.
struct note_signature {
    const char *name;
    uint32_t id;
    const unsigned char *bytes; // behind the id
    size_t length;
};
bool note_parse_signature(struct arena *arena, const char *line, struct note_signature *out);
// Who claims to have signed it, as "name+id": of the first signature line, not verified. NULL when malformed.
char *note_claimed(struct arena *arena, const char *bytes, size_t length);

// Fields of such texts. A line of `*at`, which moves behind its LF; NULL when no whole line is left.
char *note_line(struct arena *arena, const char **at);
bool note_parse_decimal(const char *text, uint64_t *number); // at most 2^53, no sign, no leading zero
bool note_parse_hash(struct arena *arena, const char *text, unsigned char hash[CRYPTO_HASH_SIZE]);
