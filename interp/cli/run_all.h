// Many runs in one process: `run --all --jobs N`.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct options;
struct prepared_playbook;
struct inputs;
struct session;

// How many run side by side, as --jobs says.
MUST_CHECK bool run_all_jobs(const struct options *options, long *jobs, struct err *err);
// A run for every alert, one JSON line each in the order in which they end; before them a line for each file
// that is no alert. The exit status is the gravest.
int run_all(struct session *session, const struct prepared_playbook *playbook, const struct inputs *inputs);
// Several statuses become one: the gravest of the two.
int run_all_gravest(int a, int b);
