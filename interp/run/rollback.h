// Inside run/ only: `on_error: undo`. A step failed, and what its group changed is taken back before the run
// ends.
#pragma once
#include <stdbool.h>

struct instance;
struct run;

// A step that says so has failed: all that the group around it changed is to be taken back.
void rollback_want(struct instance *failed, const char *why);
// The run's steps have ended. True: it goes on, taking back; called again when that has ended.
bool rollback_goes_on(struct run *run);
// A run that is gone on with was at it: goes on taking back, and starts no step. False: it was not.
bool rollback_resume(struct run *run);
bool rollback_is_at_work(const struct run *run);
// The path of the group around it, "" for the whole run: the innermost list of steps, of a loop's item the
// one that the loop stands in.
const char *rollback_group(const struct instance *instance);
