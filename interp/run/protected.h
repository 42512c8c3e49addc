// Inside run/ only: who it is that the policy protects.
#pragma once
#include "run/run.h"

// Asks the directory, all side by side, by which other names it knows the people and applications of
// `protect` of whom the register does not say so (run->people). Then `done`, once; what could not be learned
// is told.
void protected_learn(struct instance *instance, void (*done)(struct instance *instance));
