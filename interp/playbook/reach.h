// Steps that nothing comes to: behind one that always ends the run.
#pragma once
#include "playbook/scope.h"

// Warns of the first of them, once for each list of steps.
void reach_check(struct check *check, const struct step_list *list);
