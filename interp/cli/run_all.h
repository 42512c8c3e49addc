// Many runs in one process, --jobs N side by side: `run --all`, and `answer` of many.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct inputs;
struct options;
struct prepared_playbook;
struct run_request;
struct session;
struct view;

// Runs that are begun, or gone on with, one behind the other.
struct run_all_work {
    size_t count;
    void *context;
    // The request of one, in an arena that lives as long as its run. Not 0: it has been told that there is no
    // run, and this is its status.
    int (*make)(void *context, size_t index, struct arena *arena, struct run_request *request);
};

// How many run side by side, as --jobs says.
MUST_CHECK bool run_all_jobs(const struct options *options, long *jobs, struct err *err);
// A run for every alert, one JSON line each in the order in which they end; before them a line for each file
// that is no alert. The exit status is the gravest.
int run_all(struct session *session, const struct prepared_playbook *playbook, const struct inputs *inputs);
// The same for any work.
int run_all_these(struct session *session, const struct run_all_work *work);
// Tells on a line of its own, which has what the view has, why there is no run; its exit status.
int run_all_refuse(struct view *view, const struct err_list *errors);
// Several statuses become one: the gravest of the two.
int run_all_gravest(int a, int b);
