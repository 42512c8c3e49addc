// Saved plans: the changes that a rehearsal showed, to which a live run can be held.
#pragma once
#include <stdbool.h>

struct instance;
struct value;

// Inside run/: adds a change that a rehearsal has planned to the run's plan.
void plan_keep(struct instance *instance);
// Is the change that is about to be made in the plan that the run is held to, from the same state and with
// the same requests? Without a plan every change is. What a rehearsal could not know fits anything.
bool plan_allows(struct instance *instance);
// The same for two values: unknowns and secrets of `planned` fit anything.
bool plan_fits(const struct value *planned, const struct value *now);
