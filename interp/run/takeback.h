// Inside run/ only: the state that is there now, may what was left be taken back?
#pragma once
#include <stdbool.h>

struct instance;

// False: the step has ended, as refused, failed or skipped.
bool takeback_may_begin(struct instance *instance);
