// One run, shown as it happens and at its end.
#pragma once
#include <stdbool.h>

struct run_request;
struct session;
struct watch;

// Starts it, waits for its end and prints the result; `offer`: with the command for the next step. Returns
// its exit status.
int run_one(struct session *session, struct watch *watch, struct run_request *request, bool offer);
