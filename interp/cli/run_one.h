// One run, shown as it happens and at its end.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct run;
struct run_request;
struct session;
struct watch;

// What a live run on a real profile needs beforehand: a person at a terminal, or an explicit word that there
// is none.
MUST_CHECK bool run_one_may_change(struct session *session, struct err *err);
// Starts it and waits for its end. What the watch sees is the run's, and lives until run_close.
struct run *run_one_to_end(struct session *session, struct watch *watch, struct run_request *request);
// Prints the result; `offer`: with the command for the next step.
void run_one_show(struct watch *watch, bool offer);
// All of it; returns the exit status.
int run_one(struct session *session, struct watch *watch, struct run_request *request);
