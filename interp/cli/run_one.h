// One run, shown as it happens and at its end.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct run_request;
struct session;
struct watch;

// What a live run on a real profile needs beforehand: a person at a terminal, or an explicit word that there
// is none.
MUST_CHECK bool run_one_may_change(struct session *session, struct err *err);
// Starts it, waits for its end and prints the result; `offer`: with the command for the next step. Returns
// its exit status.
int run_one(struct session *session, struct watch *watch, struct run_request *request, bool offer);
// The same without exploring, and what is shown at the end is left to the caller.
int run_one_quietly(struct session *session, struct watch *watch, struct run_request *request);
