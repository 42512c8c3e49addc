// The door to other programs: runs one, waits for it, and gives back what it wrote. Never through a shell.
#pragma once
#include <stdint.h>

#include "base/err.h"

struct arena;

enum { PROCESS_MAX_OUTPUT = 256 * 1024 };

struct process_result {
    int status;   // exit status; 128 + n when signal n ended it
    char *output; // standard output
    char *errors; // standard error
};
// argv[0] is looked for in PATH. Standard input is empty. Blocks for at most timeout_ms, then kills it. Fails
// with E_FILE when it cannot be started, E_LIMIT when it is too slow or writes too much.
MUST_CHECK bool process_run(struct arena *arena, const char *const *argv, int64_t timeout_ms,
                            struct process_result *result, struct err *err);

// What this process is called: its number, when it began and the machine's boot, so that no later process of
// the same number is taken for it.
const char *process_self(struct arena *arena);
// Does the process of that name still run, on this machine?
bool process_lives(struct arena *arena, const char *name);
// Tells the process of that name that it is asked something (SIGUSR1). Fails with E_FILE: it is not on this
// machine, has ended, or is somebody else's.
MUST_CHECK bool process_nudge(struct arena *arena, const char *name, struct err *err);
