// Values from a shape written as JSON with holes, so that an answer reads like the answer.
#pragma once

struct arena;
struct value;

// `shape` is JSON in which ' stands for the quotation mark and these stand for values, taken from the
// arguments in order: %s a const char * (NULL: the field is left out), %v a const struct value * (NULL: left
// out), %d an int64_t, %b an int as a boolean. A shape that is not well formed is a bug.
struct value *make_value(struct arena *arena, const char *shape, ...);
