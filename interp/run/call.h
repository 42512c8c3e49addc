// Inside run/ only: `call` steps, which run another playbook as part of this run.
#pragma once
#include "run/run.h"

void call_start(struct instance *instance);
// Gives the called playbook's steps names of their own: its parameters, and nothing of the caller's.
void call_open(struct instance *instance, const struct value *params);
// What it returned, or NULL when it did not come to that.
const struct value *call_result(const struct instance *call);
// Ends the called playbook that the instance is part of; false: it belongs to the run's own.
bool call_end(struct instance *instance, const char *why);
// Why the called playbook that it is part of has ended (a step `end`), or NULL.
const char *call_over(const struct instance *instance);
bool call_stops(const struct instance *instance); // nothing more is started here
