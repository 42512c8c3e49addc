// Inside run/ only: work that is given up: a time-out, a signal.
#pragma once
#include "run/run.h"

void abandon_late(struct instance *instance); // its timeout has passed: it fails
void abandon_open(struct run *run);           // every step that is still at work ends as undecided
