// Which lines of the trail a command means: an event by number or id, a run by id, unique beginning, or
// `last`. Handed to audit_verify, it keeps them as they are read.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "trail/bundle.h"

struct arena;
struct entry;
struct proof_maker;

struct audit_pick {
    struct arena *arena;
    const char *word;
    struct proof_maker *maker; // NULL: no proofs are wanted
    bool unkept;               // of a run only its id is wanted, not its lines
    uint64_t old_size;         // with a maker: a smaller tree whose growth is to be shown; 0: none
    struct bundle_lines event; // one line, or none
    struct bundle_lines run;
    const char *run_id;
    const char *other; // a second run that the word fits; NULL: none
};

// word NULL: no line is meant.
struct audit_pick audit_pick_new(struct arena *arena, const char *word);
void audit_pick_each(void *context, const struct entry *entry, const char *line, size_t length);
// The event, when the word means one, else the run; E_UNKNOWN_NAME when it is neither, or more than one run.
MUST_CHECK const struct bundle_lines *audit_pick_found(const struct audit_pick *pick, bool *is_run,
                                                       struct err *err);
