// Takes one effect back in a world, as a run would: observed first, then rehearsed, then sent with a permit
// for exactly the rehearsed requests.
#pragma once
#include <stdbool.h>

struct err;
struct primitive;
struct value;
struct world;

// `before` and `after` are the effect's; NULL: absent. False with err filled when the undo raised, was
// refused or was answered with an error.
bool undo_effect(struct world *world, const struct primitive *primitive, const struct value *params,
                 const struct value *before, const struct value *after, struct err *err);
