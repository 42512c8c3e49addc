// The shapes of configuration files, declared as JSON texts in the code that reads them.
#pragma once
#include "base/err.h"

struct arena;
struct value;

// Checks a value (NULL: an empty map) against a record schema: `fields` is the JSON text of name → type. A
// broken declaration is a bug. `what` names the value in messages. NULL with every mistake in the list.
MUST_CHECK const struct value *shape_check(struct arena *arena, const char *fields, const struct value *value,
                                           const char *what, struct err_list *errors);
// The texts of a list at a path, NULL-terminated; a list that is not there is empty.
const char **shape_texts(struct arena *arena, const struct value *map, const char *path);
