// Inside run/ only: the scope of a profile that names none.
#pragma once
#include "run/run.h"

// Asks which subscriptions the sign-in can see; the gate takes them as the scope. Then `done`, once, with
// whether it worked; if not, the run has failed.
void scope_learn(struct instance *instance, void (*done)(struct instance *instance, bool ok));
