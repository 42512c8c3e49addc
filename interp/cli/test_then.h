// What follows the run of a test's case.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct run;
struct run_request;
struct session;

// Takes back what the run with this id changed, all of it ("undo") or what its leases hold ("end-leases"), by
// runs of their own, which the caller closes: *count of them at *runs. `like`: the request of the run.
MUST_CHECK bool test_then_run(struct session *session, const struct run_request *like, const char *run,
                              const char *word, struct run ***runs, size_t *count, struct err *err);
