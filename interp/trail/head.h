// The head: two slots of 4,096 bytes, each a signed note over a durable prefix of the log (origin, size,
// root). A commit overwrites the slot that does not count; the valid slot with the larger size is the head.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/note.h"
#include "trail/tree.h"

struct arena;

enum { HEAD_SLOT = 4096, HEAD_FILE = 2 * HEAD_SLOT };

struct head_state {
    uint64_t size;
    unsigned char root[TREE_HASH];
};
struct head {
    struct head_state now;
    int slot;     // which slot counts; the next commit goes into the other
    bool torn;    // the other slot is no valid note, and not the blank one of a new trail
    bool has_old; // the other slot is valid too
    struct head_state old;
};

// Fills one slot: the note, padded with NULs.
void head_write(const struct note_signer *signer, const struct head_state *state,
                unsigned char slot[HEAD_SLOT]);
// One whole note over a prefix of the log (a slot without its padding, a published checkpoint): false unless
// it is well formed, of the key's origin, and (with `verify`) signed by the key.
bool head_parse(const char *bytes, size_t length, const struct note_key *key, bool verify,
                struct head_state *state);
// Reads both slots; `verify` false skips the signatures, for bytes that the caller knows to be verified
// already. E_TAMPERED when no slot is valid, or two of one size disagree.
MUST_CHECK bool head_read(const unsigned char bytes[HEAD_FILE], const struct note_key *key, bool verify,
                          struct head *head, struct err *err);
// The origin that the head gives itself, not verified; NULL when no slot holds a note.
const char *head_origin(struct arena *arena, const unsigned char bytes[HEAD_FILE]);
