// What a text must look like to be of a scalar type. For schema*.c alone.
#pragma once
#include <stdbool.h>

#include "data/schema.h"

bool schema_text_fits(const struct schema *schema, const char *text);
// "a GUID such as …": what a value of this schema must look like, for messages.
const char *schema_expectation(const struct schema *schema);
// A regular expression (the same for POSIX and for ECMA-262) that every such text matches, or NULL.
const char *schema_pattern(const struct schema *schema);
