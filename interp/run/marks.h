// Which values of a record are unknowns: what came from outside may hold a map that only looks like one.
#pragma once

struct arena;
struct value;

// Marks of the unknowns in a value: true where it is one, a map by key or place where it holds some, NULL
// where there are none.
const struct value *marks_of(struct arena *arena, const struct value *value);
// The value as it was before it was written: marked places are unknowns again. `marks` may be NULL.
const struct value *marks_revive(struct arena *arena, const struct value *value, const struct value *marks);
