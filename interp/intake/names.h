// Names of members: a name, or a list of them of which the first that is there counts. "a/b" is b in a, "a/0"
// the first of a list. Letters without case.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct names;
struct value;

// NULL with err filled (E_CHECK) when it is written otherwise.
MUST_CHECK const struct names *names_new(struct arena *arena, const struct value *written, struct err *err);
// The first of them that is there, and neither null nor an empty text; NULL: none. *which is its name (may be
// NULL).
const struct value *names_find(const struct names *names, const struct value *map, const char **which);
const char *names_first(const struct names *names);
bool names_spelt(const struct names *names,
                 const struct value *map); // the last part of the first, exactly so
