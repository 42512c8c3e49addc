// Whether a trail is what its key has signed: reads everything, writes nothing, needs no private key, and
// uses memory that does not grow with the log.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/tree.h"

struct arena;
struct entry;

enum verify_verdict { VERIFY_CLEAN, VERIFY_UNPUBLISHED, VERIFY_INTERRUPTED, VERIFY_TAMPERED };

// What was found. `what` is a word: of tampering edit, delete, insert, reorder, splice, truncation, rollback,
// fork, replaced-key, foreign, witness, unpinned, head, missing, link, checkpoint, tile, forged, blob, aside;
// of an interruption torn-head, tail, recovery, rotation, temporary; unpublished, no-tile; of what is only
// worth knowing (verdict clean) clock, numbers, gone, longer.
struct verify_finding {
    enum verify_verdict verdict;
    const char *what;
    int64_t first, last; // entries that it concerns; -1: not known
    const char *text;    // one sentence without a final stop
};

enum { VERIFY_MAX_FINDINGS = 40 };

struct verify_report {
    struct arena *arena;
    enum verify_verdict verdict; // the gravest of the findings
    struct verify_finding findings[VERIFY_MAX_FINDINGS];
    size_t count;
    const char *origin, *vkey; // vkey NULL: there was none to trust
    uint64_t size;             // entries that the head covers
    unsigned char root[TREE_HASH];
    const char *note;      // the head that counts, as it stands in its slot; NULL: none
    uint64_t offset;       // of the byte behind the line `size`
    uint64_t lines;        // whole lines that the log has
    uint64_t tail;         // bytes behind the signed part
    int64_t published;     // entries that the checkpoint covers; -1: there is none
    uint64_t proven;       // so many entries, from the first, give a root that the key has signed
    const char *proven_by; // what says so
    int64_t witnessed_at;  // the earliest time (ms) of a witness of `since`; -1: there is none
};

// Called for every signed line, in order, before it is known whether the whole log verifies: keep, and show
// only when the verdict allows it.
typedef void verify_reader(void *context, const struct entry *entry, const char *line, size_t length);

struct verify_config {
    const char *state, *config_dir;
    const char *vkey;             // trust this key; NULL: the one that config_dir has pinned for the origin
    const char *const *since;     // files: earlier checkpoints, or tlog-proofs; NULL: none
    const char *const *witnesses; // their keys: each must have signed each of `since`; NULL: none
    bool lines_only;              // nothing beside the log and its head: for readers of single lines
    verify_reader *each;          // may be NULL
    void *context;
};

// False only when there is no trail, a named file cannot be read, or vkey is no key; everything else is a
// finding.
MUST_CHECK bool verify_trail(struct arena *arena, const struct verify_config *config,
                             struct verify_report *report, struct err *err);
const char *verify_word(enum verify_verdict verdict);
