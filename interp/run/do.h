// Inside run/ only: `do` steps.
#pragma once
#include "run/run.h"

void do_start(struct instance *instance);
void do_start_call(struct instance *instance, const char *primitive, const struct value *with);
// Runs one of the primitive's functions; where it leads is the stage's.
void do_open_slot(struct instance *instance, enum stage stage, enum primitive_slot slot,
                  const struct value *const *args, size_t count);
void do_observe(struct instance *instance, enum stage stage);
