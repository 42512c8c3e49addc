// What a step is for those who come after it: the fields of its record, with their types.
#pragma once
#include "playbook/scope.h"

// The type of one instance. `primitive` is that of a `do`, or NULL where it is not known. A record without
// fields, or NULL: anything.
const struct schema *shape_of_step(struct check *check, const struct step *step,
                                   const struct check_primitive *primitive);
// The list that a for_each gives, of such instances.
const struct schema *shape_of_loop(struct check *check, const struct schema *instance);
