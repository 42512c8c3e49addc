// The language of playbooks as JSON Schema (draft-07), for editors: made from the tables that the checker
// reads by, and from the declarations of the primitives that there are. Whatever check_playbook accepts, it
// accepts.
#pragma once
#include "base/err.h"
#include "playbook/check.h"

struct arena;
struct value;

// NULL with err filled when a primitive's declaration is wrong.
MUST_CHECK const struct value *language_schema(struct arena *arena, struct catalog *catalog,
                                               const struct check_world *world, struct err *err);
