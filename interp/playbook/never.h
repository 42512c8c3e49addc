// Comparisons that never come out otherwise, because of a word that its value cannot be.
#pragma once
#include "playbook/scope.h"

// `schema` is the mention's type, or NULL. Reports `mention == 'word'`, and with ~=, as a mistake where the
// word is none of the values that there are: a condition that never holds skips its step without a sound.
void never_check(struct check *check, const struct expr *expr, const struct mention *mention,
                 const struct schema *schema);
