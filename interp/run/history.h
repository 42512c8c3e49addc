// Inside run/ only: what the trail knows already.
#pragma once
#include "run/run.h"

// Marks a record as one that later runs about the same go by: only a run that may change something does.
void history_mark(const struct run *run, struct value *members);
struct history *
history_of(struct run *run); // NULL when the trail cannot be read back (the run has failed then)
const char *history_answer(const struct history *history, const char *playbook, const char *path,
                           const char **by);
// What became of an event that happens once: its intent is in the trail, and then a result, or none that
// says.
enum once_fate { ONCE_NEVER, ONCE_DONE, ONCE_UNKNOWN };
enum once_fate history_once(const struct history *history, const char *key);
bool history_attested(const struct history *history, const char *playbook, const char *path);
