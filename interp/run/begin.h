// The beginning of a run.
#pragma once

struct instance;
struct run;

// What `now` is for the whole run, as RFC 3339: a resumed one and the leaves of an exploration keep theirs.
const char *begin_moment(const struct run *run, const struct run *first);
// From the engine's queue: learns the scope, fetches the alert, admits it, announces the run and starts its
// steps.
void begin_run(struct instance *instance);
