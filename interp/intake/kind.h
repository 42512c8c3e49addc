// Of which kind an alert is, and whether it is one. `terms` is what stdlib/lib/alert_terms.lua says.
#pragma once
#include <stdbool.h>

struct value;

// The kind, by the code, else by its prefix, else by what raised the alert (`component`), else, where there
// is no code, by the exact title; any may be NULL. NULL: not known. *known: the code (or title) is one of the
// reference.
const char *kind_find(const struct value *terms, const char *code, const char *component, const char *title,
                      bool *known);
// Made for a test, and no threat.
bool kind_is_test(const struct value *terms, const char *code, const char *title);
