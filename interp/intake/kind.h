// Of which kind an alert is, and whether it is one. `terms` is what stdlib/lib/alert_kinds.lua says.
#pragma once
#include <stdbool.h>

struct value;

// The kind, by the code, else by its prefix, else by what raised the alert (`component`), else, where there
// is no code, by the exact title; any may be NULL. NULL: not known. *known: the code (or title) is one of the
// reference.
const char *kind_find(const struct value *terms, const char *code, const char *component, const char *title,
                      bool *known);
// Made for a test, and no threat: by its code or title, or, of a cluster's alert, by what it calls a
// namespace or process (`workloads`, a list of texts or NULL): elsewhere an attacker could take the name.
struct kind_signs {
    const char *kind, *code, *title;
    const struct value *workloads;
};
bool kind_is_test(const struct value *terms, const struct kind_signs *signs);
