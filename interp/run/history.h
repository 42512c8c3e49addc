// Inside run/ only: what the trail knows already.
#pragma once
#include "run/run.h"

struct history *
history_of(struct run *run); // NULL when the trail cannot be read back (the run has failed then)
const char *history_answer(const struct history *history, const char *playbook, const char *path,
                           const char **by);
bool history_once(const struct history *history, const char *key);
bool history_attested(const struct history *history, const char *playbook, const char *path);
