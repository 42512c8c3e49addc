// Runs as rows, from the lines that begin and end them: {run, playbook, version, mode, status, alert,
// started, finished, profile}, and of some undoes, replays, stopped_by.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct profile;
struct trail;
struct value;

struct run_rows {
    struct arena *arena;
    struct trail *trail;
    struct value **items; // oldest first
    size_t count, size;
    size_t *slots; // numbers of rows, by the hash of their runs
};

// Every run of the trail. `state`: where it is told who is at work on one.
MUST_CHECK bool run_rows_all(struct run_rows *rows, const char *state, struct err *err);
// The live runs about an alert under this profile; those that undo others are left out. Costs what these runs
// are, however long the trail.
MUST_CHECK bool run_rows_about(struct run_rows *rows, const char *state, const char *alert,
                               const struct profile *profile, struct err *err);
// The same for every alert, ordered by alert: asks the trail once, which costs what all runs are.
MUST_CHECK bool run_rows_live(struct run_rows *rows, const char *state, const struct profile *profile,
                              struct err *err);
const struct value *run_rows_of(const struct run_rows *rows, const char *alert); // of those, as a list
// What runs are looked for; NULL: all the same. The alert may have * and ?.
struct run_rows_wanted {
    const char *status, *mode, *alert, *profile, *playbook;
};
void run_rows_keep(struct run_rows *rows, const struct run_rows_wanted *wanted); // and no others
const struct value *run_rows_list(const struct run_rows *rows);
bool run_rows_is_open(const struct value *row); // is it at work, or can somebody go on with it?
