// A witness's signature on a checkpoint (c2sp.org/tlog-cosignature): at that time this was the largest tree
// of the log that the witness had seen, and all it had seen before were its beginnings.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trail/note.h"

struct arena;

// "name+hex id+base64" with a key of type 0x04. E_SYNTAX for every other form, and for an id that does not
// belong to the name and key.
MUST_CHECK bool cosign_parse_key(struct arena *arena, const char *text, struct note_key *key,
                                 struct err *err);
// Whether the witness has signed the checkpoint; *time in seconds since 1970.
bool cosign_holds(const char *note, size_t length, const struct note_key *witness, uint64_t *time);
