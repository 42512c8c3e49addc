// Who works on a run, or changes a resource: one process at a time, by a lock that a killed process leaves
// behind open.
#pragma once
#include "base/err.h"
#include "base/file.h"

struct arena;

struct claim {
    struct claim *next;
    const char *run;
    struct file lock;
};

// Takes the run for this process until claim_release or claim_close_all; once is enough. False: another
// process has it.
MUST_CHECK bool claim_take(struct arena *arena, struct claim **claims, const char *state, const char *run,
                           struct err *err);
// Does any process have it? *name: what that process is called (base/process.h), "" where that is not known.
bool claim_is_held(struct arena *arena, const char *state, const char *run, const char **name);
// Asks whoever has it to stop it, and the holder: was that asked? The process has to be told besides.
MUST_CHECK bool claim_ask(struct arena *arena, const char *state, const char *run, struct err *err);
bool claim_is_asked(const struct claim *claims, const char *run);
// Has any other process one? What killed ones left behind is removed.
bool claim_by_others(const struct claim *claims, const char *state);
void claim_release(struct claim **claims, const char *run); // one that is not there is fine
void claim_close_all(struct claim *claims);
