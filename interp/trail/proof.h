// Proofs about a log's tree (RFC 6962): that an entry is in it, that a smaller tree is its beginning; and the
// file that carries the former (c2sp.org/tlog-proof).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/note.h"
#include "trail/tree.h"

struct arena;
struct text;

enum { PROOF_MAX = 64 };

struct proof {
    size_t count;
    unsigned char hashes[PROOF_MAX][TREE_HASH];
};

// True only when every hash of the proof was needed and the root came out.
bool proof_shows_entry(const struct proof *proof, const unsigned char leaf[TREE_HASH], uint64_t index,
                       uint64_t size, const unsigned char root[TREE_HASH]);

// What a proof is made from: the roots of 256 leaves each, all leaves of the groups in which a wanted one is.
struct proof_maker;
struct proof_maker *proof_maker_new(struct arena *arena);
// The next entry's leaf; `wanted`: a proof of this entry will be asked for.
void proof_maker_add(struct proof_maker *maker, const unsigned char leaf[TREE_HASH], bool wanted);
// For the tree of all leaves that were added. The entry must have been wanted; of a smaller tree the last
// entry, and the one behind it.
void proof_maker_entry(const struct proof_maker *maker, uint64_t index, struct proof *proof);
void proof_maker_growth(const struct proof_maker *maker, uint64_t old_size, struct proof *proof);

// The file: index, proof and the checkpoint as it is. Parsing is strict; the checkpoint is not looked into.
void proof_write(struct text *out, uint64_t index, const struct proof *proof, const char *checkpoint);
// The body of a witness's add-checkpoint (c2sp.org/tlog-witness).
void proof_write_growth(struct text *out, uint64_t old_size, const struct proof *proof,
                        const char *checkpoint);
bool proof_parse(struct arena *arena, const char *text, uint64_t *index, struct proof *proof,
                 const char **checkpoint);
// Whether the file, signed by the key, shows that the log has this entry. *index and *size tell where.
bool proof_holds(const char *text, const struct note_key *key, const char *entry, size_t length,
                 uint64_t *index, uint64_t *size);
