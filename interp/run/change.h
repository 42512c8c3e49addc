// Inside run/ only: the life of a change.
#pragma once
#include "run/run.h"

void change_stage_done(struct instance *instance); // a function of the primitive has ended well
// It goes no further: what became of it is recorded, from its intent on.
void change_broken(struct instance *instance, const char *reason);
void change_approved(struct instance *instance, bool granted);
void change_comes_on(struct instance *instance);      // its turn has come (turn.h)
void change_approval_open(struct instance *instance); // nobody approved: the step waits
void change_refused(struct instance *instance,
                    const char *why); // by policy, a person, or the primitive itself
// For earlier.c: nothing differs; something does; the step's result, with instance->outcome for its status.
void change_in_place(struct instance *instance);
void change_differs(struct instance *instance);
void change_give_result(struct instance *instance);
