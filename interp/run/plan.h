// Saved plans: the changes that a rehearsal showed, to which a live run can be held.
#pragma once
#include <stdbool.h>

struct instance;
struct run;
struct value;

// Inside run/: adds a change that a rehearsal has planned to the run's plan.
void plan_keep(struct instance *instance);
// Is the change that is about to be made in the plan that the run is held to, from the same state and with
// the same requests? Without a plan every change is. What a rehearsal could not know fits anything.
bool plan_allows(struct instance *instance);
// It is not. Where one that is before it in the plan is still to come, it looks again when that is over;
// else it is refused, and the run stops.
void plan_differs(struct instance *instance);
void plan_ended(const struct instance *instance); // those that waited for it go on
// Nothing else of the run is queued. Who waits for what does not come looks once more; in a run that stops
// nobody waits.
void plan_settle(struct run *run);
